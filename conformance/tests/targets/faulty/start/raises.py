TENANTS = {}["tenants"]


def handler(event, context):
    return event
