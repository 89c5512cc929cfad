// convicted by: audience-mismatch (other-audience)
export const handler = async (event) => {
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { claimsToAddOrOverride: { aud: "https://api.example.com" } },
  };
  return event;
};
