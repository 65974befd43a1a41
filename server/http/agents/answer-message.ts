import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { type Agent, agentServer } from "./agent-server.ts";

/**
 * Answers one message that came by HTTP, of every revision of the protocol that the SDK knows, in one piece: no stream stays open,
 * and nothing is kept from one message to the next.
 */
export async function answerMessage(
  request: Request,
  message: unknown,
  agent: Agent,
): Promise<Response> {
  if (await isLegacyRequest(request, message)) return answerOlder(request, message, agent);
  const handler = createMcpHandler(() => agentServer(agent), {
    legacy: "reject",
    // There is nothing to subscribe to.
    maxSubscriptions: 0,
  });
  return handler.fetch(request, { parsedBody: message });
}

/** The revisions before that of July 2026. */
async function answerOlder(request: Request, message: unknown, agent: Agent): Promise<Response> {
  const server = agentServer(agent);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody: message });
  } finally {
    await server.close();
  }
}
