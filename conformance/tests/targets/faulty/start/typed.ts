export const handler: (event: unknown) => Promise<unknown> = async (event) => event;
