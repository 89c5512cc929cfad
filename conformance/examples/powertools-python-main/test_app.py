import json
import pathlib
import unittest

from aws_lambda_powertools.utilities.data_classes.cognito_user_pool_event import PreTokenGenerationTriggerEvent

import app

EVENT = pathlib.Path(__file__).parent / "events" / "event.json"


class TheTrigger(unittest.TestCase):
    def test_it_sets_one_claim_and_suppresses_another(self):
        answer = app.main(PreTokenGenerationTriggerEvent(json.loads(EVENT.read_text())))
        expected = {"claimsToAddOrOverride": {"my_key": "my_value"}, "claimsToSuppress": ["custom:x"]}
        self.assertEqual(answer["response"]["claimsOverrideDetails"], expected)


if __name__ == "__main__":
    unittest.main()
