// convicted by: crash-on-legal-event (event-not-understood)
export const handler = async (event) => {
  const [identity] = JSON.parse(event.request.userAttributes.identities);
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { provider: identity.providerName } };
  return event;
};
