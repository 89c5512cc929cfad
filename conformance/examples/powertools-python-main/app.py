from aws_lambda_powertools.utilities.data_classes.cognito_user_pool_event import PreTokenGenerationTriggerEvent


def lambda_handler(event, context):
    return main(PreTokenGenerationTriggerEvent(event))


def main(event: PreTokenGenerationTriggerEvent):
    details = event.response.claims_override_details
    details.claims_to_add_or_override = {"my_key": "my_value"}
    details.claims_to_suppress = ["custom:x"]
    return event.raw_event
