export const handler = "text";
