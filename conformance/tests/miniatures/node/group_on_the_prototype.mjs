// convicted by: crash-on-legal-event (programming-error)
// with: --event-version 2
const scopes = { admins: ["orders/write"], readers: ["orders/read"] };

export const handler = async (event) => {
  const groups = event.request.groupConfiguration?.groupsToOverride ?? [];
  const scopesToAdd = groups.flatMap((group) => (scopes[group] ?? []).map((scope) => scope));
  event.response.claimsAndScopeOverrideDetails = { accessTokenGeneration: { scopesToAdd } };
  return event;
};
