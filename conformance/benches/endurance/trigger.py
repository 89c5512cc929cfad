"""A trigger with every fault at once. Which one an event meets depends on nothing but the event, so that an event that
comes again meets the same one. `fault.rs` states the same a second time, in Rust.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import zlib

# Of 1024 events, so many meet each fault; the others come back as they are.
SHARES = [
    ("is_killed", 8),
    ("exits", 8),
    ("is_killed_in_its_answer", 4),
    ("breaks_its_answer_off_and_exits", 4),
    ("breaks_its_answer_off_and_hangs", 2),
    ("breaks_its_answer_off_and_answers", 6),
    ("speaks_no_http", 6),
    ("hangs", 6),
    ("answers_no_json", 12),
    ("answers_no_text", 12),
    ("answers_nothing", 12),
    ("answers_deep", 6),
    ("answers_seven_megabytes", 2),
    ("answers_twenty_megabytes", 2),
    ("answers_another_request", 8),
    ("answers_twice", 8),
    ("asks_before_it_answers", 8),
    ("prints_megabytes", 4),
    ("leaves_a_child", 8),
    ("leaves_a_daemon", 6),
    ("forks_a_daemon", 6),
    ("raises", 24),
    ("denies", 24),
    ("returns_what_is_no_json", 12),
    ("returns_none", 12),
    ("returns_a_text", 12),
    ("sets_sub", 24),
    ("sets_a_number", 24),
    ("empties_the_groups", 24),
    ("answers_null", 12),
]

# Whatever this trigger starts is known by it.
MARK = os.environ.get("PRETOKEN_ENDURANCE", "0")

# Then no answer has megabytes: what is found with one is kept until the end of a run, which hides what leaks.
SPARING = os.environ.get("PRETOKEN_ENDURANCE_SPARING") == "yes"


def lambda_handler(event, context):
    text = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    number = zlib.crc32(text.encode("utf-8")) % 1024
    for name, share in SHARES:
        if number < share:
            return globals()[name](event, context)
        number -= share
    return event


def is_killed(event, context):
    os.kill(os.getpid(), signal.SIGKILL)


def exits(event, context):
    sys.exit(3)


def is_killed_in_its_answer(event, context):
    half_an_answer(context)
    os.kill(os.getpid(), signal.SIGKILL)


def breaks_its_answer_off_and_exits(event, context):
    half_an_answer(context).close()
    os._exit(4)


def breaks_its_answer_off_and_hangs(event, context):
    kept = half_an_answer(context)
    time.sleep(600)
    return kept


def breaks_its_answer_off_and_answers(event, context):
    half_an_answer(context).close()
    return event


def speaks_no_http(event, context):
    connection = connect()
    connection.sendall(b"\x16\x03\x01\x00\xff\xfe GET / HTTP/9.9\r\n\x00\r\n\r\n")
    connection.close()
    return event


def hangs(event, context):
    print("waiting")
    time.sleep(600)


def answers_no_json(event, context):
    return b"{'single': \"quotes\"}"


def answers_no_text(event, context):
    return b'{"version": "\xff\xfe"}'


def answers_nothing(event, context):
    return b""


def answers_deep(event, context):
    return b"[" * 10_000 + b"]" * 10_000


def answers_seven_megabytes(event, context):
    if SPARING:
        return event
    event["response"]["padding"] = "x" * 7_000_000
    return event


def answers_twenty_megabytes(event, context):
    if SPARING:
        return event
    return "x" * 20_000_000


def answers_another_request(event, context):
    request("POST", "00000000-dead-beef-0000-000000000000/response", b'"stray"')
    return event


def answers_twice(event, context):
    request("POST", context.aws_request_id + "/response", b'"first"')
    return event


def asks_before_it_answers(event, context):
    request("GET", "next")
    return event


def prints_megabytes(event, context):
    for number in range(40):
        sys.stdout.write("%d: %s\n" % (number, "x" * 50_000))
    sys.stderr.write("\x1b[31m" + "no end of a line " * 50_000)
    return event


def leaves_a_child(event, context):
    # Known by its arguments alone: it has no environment.
    subprocess.Popen(["/bin/sleep", "600." + MARK], env={})
    os._exit(1)


def leaves_a_daemon(event, context):
    subprocess.Popen(["/bin/sleep", "600." + MARK], start_new_session=True)
    return event


def forks_a_daemon(event, context):
    """Twice, as daemons do; what is left has every open file of the trigger's, its connections too."""
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    os.waitpid(child, 0)
    return event


def raises(event, context):
    return event["request"]["userAttributes"]["custom:there is no such attribute"]


class Suspended(Exception):
    pass


def denies(event, context):
    raise Suspended("This account is suspended")


def returns_what_is_no_json(event, context):
    return {1, 2}


def returns_none(event, context):
    return None


def returns_a_text(event, context):
    return "ok"


def sets_sub(event, context):
    return with_claims(event, {"sub": "somebody"})


def sets_a_number(event, context):
    return with_claims(event, {"seats": 7})


def empties_the_groups(event, context):
    details(event)["groupOverrideDetails"] = {"groupsToOverride": []}
    return event


def answers_null(event, context):
    event["response"] = None
    return event


def details(event):
    container = "claimsOverrideDetails" if event["version"] == "1" else "claimsAndScopeOverrideDetails"
    event["response"] = {container: {}}
    return event["response"][container]


def with_claims(event, claims):
    if event["version"] == "1":
        details(event)["claimsToAddOrOverride"] = claims
    else:
        details(event)["accessTokenGeneration"] = {"claimsToAddOrOverride": claims}
    return event


def connect():
    address, port = os.environ["AWS_LAMBDA_RUNTIME_API"].rsplit(":", 1)
    return socket.create_connection((address, int(port)))


def half_an_answer(context):
    connection = connect()
    path = "/2018-06-01/runtime/invocation/" + context.aws_request_id + "/response"
    head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n"
    connection.sendall(head.encode("ascii") + b'{"version": ')
    return connection


def request(method, path, body=b""):
    connection = connect()
    head = "{} /2018-06-01/runtime/invocation/{} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n"
    connection.sendall(head.format(method, path, len(body)).encode("ascii") + body)
    while connection.recv(65536):
        pass
    connection.close()
