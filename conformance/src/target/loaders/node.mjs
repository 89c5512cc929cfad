// Runs a Node handler against the Lambda Runtime API.
//
// Arguments: the handler's file and the export's name (may be empty). It treats handlers, promises, callbacks and errors
// as Lambda's own runtimes do: those for Node 24 and later as `aws-lambda-ric` 4, those for earlier versions as
// `aws-lambda-ric` 3. That package itself is not used: it needs a C++ toolchain to install.
//
// Nothing of `node:http` is used, since tracing libraries patch it.

import module, { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import util from "node:util";

const RUNTIME = "/2018-06-01/runtime/";
const MAJOR = Number.parseInt(process.versions.node, 10);
const [file, wanted] = process.argv.slice(1);

async function main() {
  process.env.AWS_EXECUTION_ENV = `AWS_Lambda_nodejs${MAJOR}.x`;
  const api = new Api();
  const run = MAJOR >= 24 ? serve : serveWithCallbacks(api);
  let handler;
  try {
    const translator = await prepare();
    if (translator) api.name += ` ${translator}`;
    handler = find(await load());
    await api.nameHandler(process.env._HANDLER);
    if (MAJOR >= 24 && handler.length >= 3) {
      throw fault(
        "Runtime.CallbackHandlerDeprecated",
        "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
          "You need to modify this function to use a supported handler signature to use Node.js 24 or later. For " +
          "more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.",
      );
    }
  } catch (error) {
    console.error("Init Error", error);
    await api.failedStart(error);
    process.exit(1);
  }
  await run(api, handler);
}

// ---- Loading ----

/** Makes TypeScript and Amplify's alias loadable; returns what translates the TypeScript. */
async function prepare() {
  const url = pathToFileURL(file).href;
  const isTypeScript = /\.[mc]?ts$/.test(file);
  let translator;
  let bundle;
  if (isTypeScript) {
    // The project's own tools first: they read `tsconfig.json`, and `esbuild` is what Amplify, CDK and SAM deploy with.
    const project = createRequire(url);
    const esbuild = reachable(project, "esbuild");
    const tsx = reachable(project, "tsx");
    if (esbuild) {
      const { build, stop, version } = (await import(pathToFileURL(esbuild).href)).default;
      bundle = await bundled(build);
      await stop?.();
      translator = `esbuild/${version}`;
    } else if (tsx) {
      await import(pathToFileURL(tsx).href); // As `node --import tsx` does.
      translator = "tsx";
    } else if (process.features.typescript) {
      translator = "type-stripping";
    } else {
      throw fault(
        "Runtime.TypeScript",
        `Node ${process.versions.node} does not read TypeScript. Install \`esbuild\` or \`tsx\` in the project ` +
          "(`npm install --save-dev esbuild`), choose a Node that reads it with `--node` (22.18, 23.6 or later), " +
          "or name the JavaScript that is deployed",
      );
    }
  }
  hook({ url, bundle });
  return translator;
}

function reachable(project, name) {
  try {
    return project.resolve(name);
  } catch {
    return undefined;
  }
}

/** As CDK and Amplify bundle: everything but the SDK that Lambda has. */
async function bundled(build) {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: `node${process.versions.node}`,
    sourcemap: "inline",
    external: ["$amplify/*", "@aws-sdk/*", "@smithy/*", "*.node"],
    banner: { js: 'import { createRequire as __require } from "node:module"; const require = __require(import.meta.url);' },
    logLevel: "silent",
  });
  process.setSourceMapsEnabled(true);
  return outputFiles[0].text;
}

const AMPLIFY = "$amplify/env/";

/**
 * `$amplify/env/…` is an alias that only Amplify's build knows: its `env` is `process.env` with types. And the bundle, if
 * there is one, is loaded in the place of the file.
 */
function hook({ url, bundle }) {
  const name = "pretoken:amplify-env";
  const original = module._resolveFilename;
  module._resolveFilename = (request, ...rest) => (request.startsWith(AMPLIFY) ? name : original(request, ...rest));
  module._cache[name] = Object.assign(new module(name), { loaded: true, exports: { env: process.env } });
  if (module.registerHooks) {
    module.registerHooks(hooks(AMPLIFY, url, bundle));
  } else {
    const source = `
      let own;
      export const initialize = (data) => { own = (${hooks})(data.amplify, data.url, data.bundle); };
      export const resolve = (...given) => own.resolve(...given);
      export const load = (...given) => own.load(...given);`;
    const data = { amplify: AMPLIFY, url, bundle };
    module.register(`data:text/javascript,${encodeURIComponent(source)}`, { data });
  }
}

/** The hooks; they stand alone, since older versions run them in another thread. */
function hooks(amplify, url, bundle) {
  const env = "data:text/javascript,export const env = process.env;";
  return {
    resolve: (specifier, context, next) =>
      specifier.startsWith(amplify) ? { url: env, format: "module", shortCircuit: true } : next(specifier, context),
    load: (asked, context, next) =>
      bundle !== undefined && asked === url
        ? { format: "module", source: bundle, shortCircuit: true }
        : next(asked, context),
  };
}

async function load() {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError || error?.code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
      throw fault("Runtime.UserCodeSyntaxError", String(error), error.stack);
    }
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw fault("Runtime.ImportModuleError", String(error), error.stack);
    }
    throw error;
  }
}

/** The named export, or the one that fits. What CommonJS exports is below `default`. */
function find(loaded) {
  const exported = typeof loaded.default === "object" && loaded.default !== null ? loaded.default : {};
  const at = (name) => dig(loaded, name) ?? dig(exported, name);
  const name = path.basename(file);
  const functions = [...new Set([...Object.keys(loaded), ...Object.keys(exported)])].filter(
    (key) => key !== "default" && key !== "module.exports" && typeof at(key) === "function",
  );
  if (typeof loaded.default === "function") functions.push("default");
  const named = functions.filter((key) => key !== "default");
  const choice = wanted || (at("handler") !== undefined || named.length !== 1 ? "handler" : named[0]);
  const handler = at(choice);
  process.env._HANDLER = `${name.replace(/\.[^.]*$/, "")}.${choice}`;
  if (typeof handler === "function") return handler;
  const there = functions.length ? `it exports ${functions.map((key) => `\`${key}\``).join(", ")}` : "it exports no function";
  const step = functions.length ? `; name one, as in \`${name}:${functions[0]}\`` : "";
  const missing = handler === undefined ? "is undefined or not exported" : "is not a function";
  throw fault("Runtime.HandlerNotFound", `${process.env._HANDLER} ${missing}: ${there}${step}`);
}

function dig(object, name) {
  return name.split(".").reduce((nested, key) => nested?.[key], object);
}

// ---- Node 24 and later ----

async function serve(api, handler) {
  for (;;) {
    const { headers, body } = await api.next();
    const id = headers["lambda-runtime-aws-request-id"];
    try {
      const answer = await handler(JSON.parse(body), contextOf(headers));
      const text = stringified(answer, "Runtime.JSONStringifyError");
      await turn();
      await api.answer(id, text);
    } catch (error) {
      await turn();
      console.error("Invoke Error", error);
      await api.error(id, error);
    }
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

// ---- Before Node 24 ----

/** Errors outside a handler's promise, and an event loop that runs empty, are answers here. */
function serveWithCallbacks(api) {
  const nothing = () => {};
  let onEmpty = nothing;
  let report = (error) => api.failedStart(error);
  process.on("beforeExit", () => onEmpty());
  process.on("uncaughtException", (error) => {
    console.error("Uncaught Exception", error);
    report(error).then(() => process.exit(129));
  });
  process.on("unhandledRejection", (reason) => {
    const error = fault("Runtime.UnhandledPromiseRejection", String(reason), reason?.stack);
    console.error("Unhandled Promise Rejection", error);
    report(error).then(() => process.exit(128));
  });

  return async function schedule(_, handler) {
    setImmediate(once, handler);
  };

  async function once(handler) {
    const { headers, body } = await api.next();
    const id = headers["lambda-runtime-aws-request-id"];
    const again = () => setImmediate(once, handler);
    const { context, callback, finish } = callbacks(api, id, again);
    report = (error) => api.error(id, error);
    onEmpty = finish;
    try {
      const result = handler(JSON.parse(body), Object.assign(context, contextOf(headers)), callback);
      if (result && typeof result.then === "function") {
        result.then(context.succeed, context.fail).catch(context.fail);
      }
    } catch (error) {
      callback(error);
    }
  }

  function callbacks(api, id, again) {
    let waits = true;
    let called = false;
    const onlyFirst = (then) => (...given) => {
      if (!called) {
        then(...given);
        called = true;
      }
    };
    const isError = (error) => error !== undefined && error !== null;
    const post = (result) => api.answer(id, stringified(result, "Error")).then(again);
    const fail = (error) => {
      console.error("Invoke Error", error);
      api.error(id, error).then(again);
    };
    const done = (error, result) => {
      onEmpty = nothing;
      if (isError(error)) fail(error);
      else post(result);
    };
    const context = {
      get callbackWaitsForEmptyEventLoop() {
        return waits;
      },
      set callbackWaitsForEmptyEventLoop(value) {
        waits = value;
      },
      succeed: onlyFirst((result) => done(null, result)),
      fail: onlyFirst((error) => done(error ?? "handled")),
      done: onlyFirst(done),
    };
    const callback = onlyFirst((error, result) => {
      onEmpty = nothing;
      if (isError(error)) fail(error);
      else if (!waits) post(result);
      else {
        onEmpty = () => {
          onEmpty = nothing;
          setImmediate(post, result);
        };
      }
    });
    // The event loop is empty and nothing was said.
    const finish = () => {
      onEmpty = nothing;
      called = true;
      post(null);
    };
    return { context, callback, finish };
  }
}

// ---- Both ----

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  return {
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    tenantId: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}

function stringified(answer, errorType) {
  try {
    return JSON.stringify(answer === undefined ? null : answer) ?? "";
  } catch {
    throw fault(errorType, "Unable to stringify response body");
  }
}

function fault(name, message, stack) {
  const error = Object.assign(new Error(message), { name });
  error.stack = stack ?? `${name}: ${message}`;
  return error;
}

function formatted(error) {
  try {
    if (util.types.isNativeError(error) || [error?.name, error?.message, error?.stack].every((text) => text && typeof text === "string")) {
      return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    const errorMessage =
      "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack";
    return { errorType: "handled", errorMessage, trace: [] };
  }
}

/** The Runtime API, over one connection that is kept open; it keeps the process alive only while a request is under way. */
class Api {
  name = `pretoken-node/${process.versions.node}`;
  #host = process.env.AWS_LAMBDA_RUNTIME_API;
  #socket;
  #received = Buffer.alloc(0);
  #waiting = [];

  constructor() {
    const [host, port] = this.#host.split(":");
    this.#socket = net.connect({ host, port: Number(port), noDelay: true });
    this.#socket.unref();
    this.#socket.on("data", (data) => this.#receive(data));
    this.#socket.on("error", () => process.exit(1));
    this.#socket.on("close", () => process.exit(1));
  }

  next() {
    return this.#request("GET", "invocation/next");
  }

  answer(id, text) {
    return this.#request("POST", `invocation/${id}/response`, text);
  }

  error(id, error) {
    return this.#post(`invocation/${id}/error`, error);
  }

  /** Tells the suite; no real Runtime API takes this. */
  nameHandler(name) {
    return this.#request("POST", "init/handler", name);
  }

  failedStart(error) {
    return this.#post("init/error", error);
  }

  #post(name, error) {
    const report = formatted(error);
    const type = String(report.errorType).replace(/[^\x20-\x7e]/g, "?");
    return this.#request("POST", name, JSON.stringify(report), `Lambda-Runtime-Function-Error-Type: ${type}\r\n`);
  }

  #request(method, name, text = "", header = "") {
    this.#socket.ref();
    const head =
      `${method} ${RUNTIME}${name} HTTP/1.1\r\nHost: ${this.#host}\r\nUser-Agent: ${this.name}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${header}\r\n`;
    this.#socket.write(head + text);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #receive(data) {
    this.#received = this.#received.length ? Buffer.concat([this.#received, data]) : data;
    for (;;) {
      const end = this.#received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const [, ...lines] = this.#received.toString("latin1", 0, end).split("\r\n");
      const headers = {};
      for (const line of lines) {
        const colon = line.indexOf(":");
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      const from = end + 4;
      const to = from + Number(headers["content-length"] ?? 0);
      if (this.#received.length < to) return;
      const body = this.#received.toString("utf8", from, to);
      this.#received = this.#received.subarray(to);
      if (this.#waiting.length === 1) this.#socket.unref();
      this.#waiting.shift()?.({ headers, body });
    }
  }
}

await main();
