/** A pre token generation trigger for event version 2. */
export const handler = async (event) => {
  const { email } = event.request.userAttributes ?? {};
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { claimsToAddOrOverride: { tenant: email?.split("@").at(-1) ?? "none" } },
  };
  return event;
};
