import no_such_library


def lambda_handler(event, context):
    return event
