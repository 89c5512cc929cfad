import type { PreTokenGenerationTriggerHandler } from "aws-lambda";
import { env } from "$amplify/env/pre-token-generation";

export const handler: PreTokenGenerationTriggerHandler = async (event) => {
  event.response = {
    claimsOverrideDetails: {
      claimsToAddOrOverride: {
        my_first_attribute: "true",
        my_second_attribute: env.MY_SECOND_ATTRIBUTE ?? "111",
      },
      claimsToSuppress: ["email"],
    },
  };
  return event;
};
