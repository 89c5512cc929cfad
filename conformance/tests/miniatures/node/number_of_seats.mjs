// convicted by: stringified-nothing (not-a-number-as-text)
export const handler = async (event) => {
  const seats = String(Number(event.request.userAttributes["custom:seats"]));
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { seats } };
  return event;
};
