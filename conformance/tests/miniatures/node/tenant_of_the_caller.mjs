// convicted by: caller-controlled-claim (in-claim)
// also: claims-lost-on-refresh
export const handler = async (event) => {
  const tenant = event.request.clientMetadata?.tenant ?? "none";
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { tenant } };
  return event;
};
