// convicted by: crash-on-legal-event (programming-error)
export const handler = async (event) => {
  const [, domain] = event.request.userAttributes.email.split("@");
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { domain: domain ?? "none" } };
  return event;
};
