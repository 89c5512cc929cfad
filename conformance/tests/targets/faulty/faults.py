"""A trigger that does what `userName` says, and is well-behaved otherwise."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time


def lambda_handler(event, context):
    return globals().get(event["userName"], echo)(event, context)


def echo(event, context):
    return event


def own_pid(event, context):
    return os.getpid()


def raises(event, context):
    return event["request"]["userAttributes"]["custom:tenant"]


def returns_nothing(event, context):
    pass


def returns_what_is_not_json(event, context):
    return {1, 2}


def exits(event, context):
    print("leaving")
    sys.exit(3)


def is_killed(event, context):
    os.kill(os.getpid(), signal.SIGKILL)


def blocks(event, context):
    print("waiting for the database")
    time.sleep(60)


def answers_and_blocks(event, context):
    post(context.aws_request_id, json.dumps(event))
    time.sleep(60)


def takes_a_while(event, context):
    time.sleep(0.3)
    print("working")
    return event


def prints_megabytes(event, context):
    for number in range(200_000):
        sys.stdout.write("line %d of a very talkative trigger\n" % number)
    return event


def prints_no_text(event, context):
    sys.stdout.flush()
    os.write(1, b"\xff\xfe not text\n")
    return event


def answers_no_text(event, context):
    return b'{"version": "\xff"}'


def answers_with_seven_megabytes(event, context):
    event["response"]["padding"] = "x" * 7_000_000
    return event


def answers_with_twenty_megabytes(event, context):
    return "x" * 20_000_000


def answers_deep(event, context):
    return b"[" * 10_000 + b"]" * 10_000


def answers_twice(event, context):
    print(post(context.aws_request_id, b'"first"'))
    return "second"


def answers_another_request(event, context):
    print(post("00000000-dead-beef-0000-000000000000", b'"stray"'))
    return event


def asks_before_it_answers(event, context):
    print(request("GET", "next"))
    return event


def has_a_child_that_outlives_it(event, context):
    print("child", subprocess.Popen(["sleep", "60"], env={}).pid, flush=True)
    os._exit(1)


def has_a_daemon(event, context):
    print("child", subprocess.Popen(["sleep", "60"], start_new_session=True).pid)
    return event


def post(request_id, body):
    return request("POST", request_id + "/response", body)


def request(method, path, body=None):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, "/2018-06-01/runtime/invocation/" + path, body)
    return connection.getresponse().status
