// convicted by: event-not-returned (nothing-of-the-event)
export const handler = async (event) => {
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { tenant: "acme" } };
  return { statusCode: 200, body: JSON.stringify(event) };
};
