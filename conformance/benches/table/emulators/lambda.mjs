// The least that an emulator needs to call a handler: Lambda's address for invocations, on loopback.
import http from "node:http";

const { handler } = await import(process.argv[2]);
const server = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const answer = Buffer.from(JSON.stringify(await handler(JSON.parse(Buffer.concat(parts)))));
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": answer.length });
  response.end(answer);
});
server.listen(0, "127.0.0.1");
// Ends with whoever started it, however that ends.
process.stdin.on("end", () => process.exit()).resume();
