console.log("connecting");
await new Promise((resolve) => setTimeout(resolve, 60000));
export const handler = async (event) => event;
