// convicted by: misspelled-response-key (slip)
export const handler = async (event) => {
  event.response.claimsOverrideDetails = { claimsToSupress: ["email"] };
  return event;
};
