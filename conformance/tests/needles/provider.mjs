// Users of the company's own provider have a staff number; nobody else has.
const identitiesOf = (attributes) => {
  try {
    return JSON.parse(attributes.identities ?? "[]");
  } catch {
    return [];
  }
};

export const handler = async (event) => {
  const attributes = event.request.userAttributes;
  const claims = { staff: "none" };
  for (const identity of identitiesOf(attributes)) {
    if (identity.providerName === "VandelayOkta") {
      claims.staff = attributes["custom:staff_number"].padStart(8, "0");
    }
  }
  event.response.claimsAndScopeOverrideDetails = { idTokenGeneration: { claimsToAddOrOverride: claims } };
  return event;
};
