// A trigger that does what `userName` says, and is well-behaved otherwise.

const faults = {
  ownPid: async () => process.pid,
  rejects: async (event) => event.request.userAttributes.email.missing.name,
  throwsText: async () => {
    throw "plain text";
  },
  rejectsWithNothing: () => Promise.reject(),
  returnsUndefined: async () => undefined,
  returnsCycle: async (event) => {
    event.self = event;
    return event;
  },
  exits: async () => {
    process.stdout.write("leaving\n");
    process.exit(3);
  },
  isAborted: async () => process.abort(),
  neverSettles: () => new Promise(() => {}),
  neverSettlesWithTimer: () => new Promise(() => setInterval(() => {}, 1000)),
  blocks: async () => {
    for (;;);
  },
  forgetsRejection: async () => {
    Promise.reject(new Error("forgotten"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    return "late";
  },
  throwsInTimer: async () => {
    setTimeout(() => {
      throw new RangeError("in a timer");
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    return "late";
  },
  printsMegabytes: async (event) => {
    for (let number = 0; number < 200000; number++) process.stdout.write(`line ${number} of a very talkative trigger\n`);
    return event;
  },
  answersWithSevenMegabytes: async () => "x".repeat(7000000),
  returnsWithoutPromise: undefined,
};

export const handler = (event, context) => {
  if (event.userName === "returnsWithoutPromise") return event;
  return (faults[event.userName] ?? (async () => event))(event, context);
};
