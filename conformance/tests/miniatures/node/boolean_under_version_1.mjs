// convicted by: non-string-claim-in-v1 (boolean-value)
export const handler = async (event) => {
  const verified = event.request.userAttributes.email_verified === "true";
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { verified } };
  return event;
};
