// Lets support act as a customer, if the caller asks for it.
export async function handler(event) {
  const claims = { channel: event.request.clientMetadata?.channel ?? "web" };
  if (event.request.clientMetadata?.impersonate === "yes") {
    const [customer, reason] = event.request.clientMetadata.customer.split("|");
    Object.assign(claims, { customer, reason });
  }
  event.response.claimsAndScopeOverrideDetails = { accessTokenGeneration: { claimsToAddOrOverride: claims } };
  return event;
}
