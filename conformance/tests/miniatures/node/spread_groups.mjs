// convicted by: crash-on-legal-event (programming-error)
export const handler = async (event) => {
  const groups = [...event.request.groupConfiguration.groupsToOverride];
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { claimsToAddOrOverride: { teams: groups.join(" ") } },
  };
  return event;
};
