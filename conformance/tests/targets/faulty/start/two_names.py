def handler(event, context):
    return event


def lambda_handler(event, context):
    return event
