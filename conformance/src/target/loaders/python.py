"""Runs a Python handler against the Lambda Runtime API.

Arguments: the handler's file and the function's name (may be empty). With the real client, `awslambdaric`, in reach,
that is what runs. Else the rest of this file does what it does (compared with 4.2.2): the same error types, messages
and traces, and the same rules for JSON as far as the standard library goes.

Nothing of the standard library's HTTP is used, since tracing libraries patch it.
"""

import ast
import decimal
import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

RUNTIME = "/2018-06-01/runtime/"


def main():
    file, function = sys.argv[1:]
    folder, name = os.path.split(os.path.abspath(file))
    module = os.path.splitext(name)[0]
    sys.path[0] = folder
    os.environ["AWS_EXECUTION_ENV"] = "AWS_Lambda_python{}.{}".format(*sys.version_info)
    function = function or find_function(file)
    handler = "{}.{}".format(module, function)
    os.environ["_HANDLER"] = handler
    sys.argv = ["bootstrap.py", handler]
    Api().name_handler(handler)
    client = real_client()
    if client:
        client(sys.argv)
    else:
        serve(module, function)


def real_client():
    try:
        from awslambdaric import __main__ as client
        import runtime_client  # Its compiled half, without which it can do nothing.
    except ImportError:
        return None
    return client.main


def find_function(file):
    """The one name that fits. Read from the source: the file runs once, and in the client's hands."""
    try:
        with open(file, "rb") as source:
            tree = ast.parse(source.read(), file)
    except (OSError, SyntaxError, ValueError):
        return "lambda_handler"  # The client says what is wrong.
    bound = set(bound_names(tree.body))
    fitting = [name for name in ("lambda_handler", "handler") if name in bound]
    if len(fitting) == 1:
        return fitting[0]
    name = os.path.basename(file)
    if fitting:
        message = "it has both `lambda_handler` and `handler`; name one, as in `{}:handler`".format(name)
    else:
        functions = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        message = "it has no `lambda_handler` and no `handler`; "
        if functions:
            message += "name the function, as in `{}:{}`".format(name, functions[-1])
        else:
            message += "it defines no function"
    Api().failed_start(report("Runtime.HandlerNotFound", message))
    sys.exit(1)


def bound_names(body):
    """Names that the statements bind at the top level of a module, in every branch."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in getattr(node, "targets", None) or [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id
        for field in ("body", "orelse", "finalbody"):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield from bound_names(getattr(node, field, []))
        for handler in getattr(node, "handlers", []):
            yield from bound_names(handler.body)


class Fault(Exception):
    """An error of the client's own, with Lambda's type for it."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.report = report(error_type, message, trace)


def serve(module, function):
    set_up_logging()
    sys.stdout, sys.stderr = Unbuffered(sys.stdout), Unbuffered(sys.stderr)
    api = Api()
    try:
        handler = load(module, function)
    except Fault as fault:
        fail_start(api, fault.report)
    except Exception:
        fail_start(api, raised())
    while True:
        headers, body = api.next()
        Request.id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        try:
            event = json.loads(body)
            answer = encode(handler(event, Context(headers)))
        except Fault as fault:
            log(fault.report)
            api.error(dict(fault.report, requestId=Request.id))
        except Exception:
            error = dict(raised(), requestId=Request.id)
            log(error)
            api.error(error)
        else:
            api.answer(answer)


def load(module, function):
    try:
        if module.split(".")[0] in sys.builtin_module_names:
            message = "Cannot use built-in module {} as a handler module".format(module)
            raise Fault("Runtime.BuiltInModuleConflict", message)
        loaded = importlib.import_module(module)
    except ImportError as error:
        message = "Unable to import module '{}': {}".format(module, error)
        raise Fault("Runtime.ImportModuleError", message)
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '{}': {}".format(module, error), trace)
    try:
        return getattr(loaded, function)
    except AttributeError:
        message = "Handler '{}' missing on module '{}'".format(function, module)
        raise Fault("Runtime.HandlerNotFound", message)


def encode(answer):
    if isinstance(answer, bytes):
        return answer
    # From 3.12 on, Lambda leaves what is not ASCII as it is; a lone surrogate then ends the process.
    try:
        text = json.dumps(answer, default=plain, ensure_ascii=sys.version_info < (3, 12))
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: {}".format(error))
    return text.encode("utf-8")


def plain(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return value.decode("utf-8")
    raise TypeError("Object of type {} is not JSON serializable".format(type(value).__name__))


def report(error_type, message, trace=None):
    return {"errorMessage": message, "errorType": error_type, "requestId": "", "stackTrace": trace or []}


def raised():
    """The exception in hand, without this file's own frames at the start of its trace."""
    kind, value, trace = sys.exc_info()
    frames = traceback.extract_tb(trace)
    while len(frames) > 1 and frames[0].filename == main.__code__.co_filename:
        frames = frames[1:]
    return report(kind.__name__, str(value), traceback.format_list(frames))


def fail_start(api, error):
    log(error)
    api.failed_start(error)
    sys.exit(1)


def log(error):
    print("[ERROR] {errorType}: {errorMessage}".format(**error))
    if error["stackTrace"]:
        print("Traceback (most recent call last):\n" + "".join(error["stackTrace"]))


class Api:
    """The Runtime API, over one connection that is kept open."""

    def __init__(self):
        self.host = os.environ["AWS_LAMBDA_RUNTIME_API"]
        address, port = self.host.rsplit(":", 1)
        self.socket = socket.create_connection((address, int(port)))
        self.socket.settimeout(None)  # Whatever the handler's module makes the default.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")

    def next(self):
        return self.request("GET", "invocation/next")

    def answer(self, body):
        self.request("POST", "invocation/{}/response".format(Request.id), body)

    def error(self, error):
        self.post_error("invocation/{}/error".format(Request.id), error)

    def failed_start(self, error):
        self.post_error("init/error", error)

    def name_handler(self, name):
        """Tells the suite; no real Runtime API takes this."""
        self.request("POST", "init/handler", name.encode("utf-8", "replace"))

    def post_error(self, path, error):
        header = "Lambda-Runtime-Function-Error-Type: {}\r\n".format(error["errorType"])
        self.request("POST", path, json.dumps(error).encode("ascii"), header)

    def request(self, method, path, body=b"", header=""):
        version = "{}.{}.{}".format(*sys.version_info)
        head = (
            "{} {}{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: pretoken-python/{}\r\n"
            "Content-Type: application/json\r\nContent-Length: {}\r\n{}\r\n"
        ).format(method, RUNTIME, path, self.host, version, len(body), header)
        self.socket.sendall(head.encode("latin-1", "replace") + body)
        status = int(self.reader.readline().split()[1])
        headers = {}
        for line in iter(self.reader.readline, b"\r\n"):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = self.reader.read(int(headers.get("content-length", 0)))
        if status >= 300:
            raise RuntimeError("the Lambda Runtime API answered {}: {}".format(status, body.decode("utf-8", "replace")))
        return headers, body


class Request:
    id = ""


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = Identity()
        self.client_context = None
        self.tenant_id = None
        self._deadline = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Unbuffered:
    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def write(self, text):
        self.stream.write(text)
        self.stream.flush()

    def writelines(self, lines):
        self.stream.writelines(lines)
        self.stream.flush()


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(LateStdout())
    handler.setFormatter(
        logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    )
    handler.addFilter(with_request_id)
    logging.getLogger().addHandler(handler)


def with_request_id(record):
    record.aws_request_id = Request.id
    return True


class LateStdout:
    """Whatever `sys.stdout` is at the time."""

    def write(self, text):
        sys.stdout.write(text)

    def flush(self):
        sys.stdout.flush()


main()
