import type { PreTokenGenerationV2TriggerHandler } from "aws-lambda";

export const handler: PreTokenGenerationV2TriggerHandler = async (event) => {
  event.response = {
    claimsAndScopeOverrideDetails: {
      idTokenGeneration: {
        claimsToAddOrOverride: { hoge1: "hoge1-id", hoge2: "hoge2-id" },
        claimsToSuppress: ["email"],
      },
      accessTokenGeneration: {
        claimsToAddOrOverride: { hoge1: "hoge1-access", hoge2: "hoge2-access" },
      },
    },
  };
  return event;
};
