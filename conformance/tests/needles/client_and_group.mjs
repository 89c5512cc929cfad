// Administrators may use the console's own client, and get its scope.
const CONSOLE = "3adminconsole9prod";

export const handler = async (event) => {
  const groups = event.request.groupConfiguration?.groupsToOverride ?? [];
  const scopesToAdd = [];
  if (event.callerContext.clientId === CONSOLE && groups.includes("platform-admins")) {
    const level = event.request.groupConfiguration.levels["platform-admins"];
    scopesToAdd.push(`console/${level}`);
  }
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { claimsToAddOrOverride: { console: groups.includes("support-leads") }, scopesToAdd },
  };
  return event;
};
