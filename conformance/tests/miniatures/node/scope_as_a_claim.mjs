// convicted by: scope-set-as-claim (set-in-access-token)
export const handler = async (event) => {
  const scope = [...(event.request.scopes ?? []), "orders/read"].join(" ");
  event.response.claimsAndScopeOverrideDetails = { accessTokenGeneration: { claimsToAddOrOverride: { scope } } };
  return event;
};
