// Marks tokens of the old back office, whose settings were never filled in.
const SETTINGS = {
  "4kvq9webapp0production": { audience: "web" },
  "2mobile7ios8production": { audience: "mobile" },
};
const LEGACY_CLIENT = "7backoffice2legacy";

export const handler = async (event) => {
  const { clientId } = event.callerContext;
  let audience = SETTINGS[clientId]?.audience ?? "other";
  if (clientId === LEGACY_CLIENT) {
    audience = SETTINGS[clientId].audience;
  }
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { claimsToAddOrOverride: { audience } },
  };
  return event;
};
