"""Answers until a session is refreshed, and then neither answers nor lets its child go."""

import os
import subprocess
import time


def handler(event, context):
    if event["triggerSource"] == "TokenGeneration_RefreshTokens":
        child = subprocess.Popen(["sleep", "600"])
        with open(os.environ["PIDS"], "a") as file:
            file.write("%d %d\n" % (os.getpid(), child.pid))
        time.sleep(600)
    return event
