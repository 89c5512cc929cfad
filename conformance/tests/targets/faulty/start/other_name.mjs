export const lambdaHandler = async (event) => event;
