// convicted by: crash-on-legal-event (programming-error)
export const handler = async (event) => {
  const tenant = decodeURIComponent(event.request.userAttributes["custom:tenant"] ?? "none");
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { tenant } };
  return event;
};
