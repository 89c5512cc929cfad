// convicted by: unlisted-claim-type (object-in-list)
export const handler = async (event) => {
  const linked = JSON.parse(event.request.userAttributes.identities ?? "[]");
  event.response.claimsAndScopeOverrideDetails = { idTokenGeneration: { claimsToAddOrOverride: { linked } } };
  return event;
};
