// convicted by: stringified-nothing (nothing-as-text)
export const handler = async (event) => {
  const tenant = `${event.request.userAttributes["custom:tenant"]}`;
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { tenant } };
  return event;
};
