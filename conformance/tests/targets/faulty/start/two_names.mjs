export const one = async (event) => event;
export const two = async (event) => event;
