// convicted by: stringified-nothing (object-as-text)
const planOf = async () => "free";

export const handler = async (event) => {
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { plan: `${planOf(event.userName)}` } };
  return event;
};
