// People on a trial who replace a temporary password are welcomed.
export const handler = async (event) => {
  const plan = event.request.userAttributes["custom:plan"] ?? "free";
  const claims = { plan: plan.slice(0, 32) };
  switch (event.triggerSource) {
    case "TokenGeneration_NewPasswordChallenge":
      if (plan === "trial-2024") {
        claims.days_left = daysUntil(event.request.userAttributes["custom:trial_end"]);
      }
      break;
    default:
  }
  event.response.claimsAndScopeOverrideDetails = { idTokenGeneration: { claimsToAddOrOverride: claims } };
  return event;
};

const daysUntil = (end) => Math.ceil((Date.parse(end.concat("T00:00:00Z")) - Date.now()) / 86_400_000);
