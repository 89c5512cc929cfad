// convicted by: error-text-exposed (attribute-value)
export const handler = async (event) => {
  const { email } = event.request.userAttributes;
  if (email?.endsWith("@example.com")) throw new Error(`${email} is on the block list`);
  return event;
};
