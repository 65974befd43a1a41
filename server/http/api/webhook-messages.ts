/** What a saved search sends, as OpenAPI describes webhooks. */
export const matchedMessage = message(
  "Posts that a saved search found anew, 20 at most",
  "Signed as Standard Webhooks are (`webhook-id`, `webhook-timestamp`, `webhook-signature`); any 2xx is success, all else is tried again, 410 ends it.",
);

export const testMessage = message(
  "The same without posts, when a test is asked for",
  "Sent by `POST /api/v1/saved-searches/{id}/test`.",
);

function message(summary: string, description: string) {
  const text = { type: "string" } as const;
  return {
    post: {
      summary,
      description,
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: {
              type: "object",
              required: ["type", "timestamp", "data"],
              properties: {
                type: { ...text, example: "search.matched" },
                timestamp: { ...text, format: "date-time", example: "2026-06-15T18:58:13.000Z" },
                data: {
                  type: "object",
                  required: ["search", "matches"],
                  properties: {
                    search: {
                      type: "object",
                      required: ["id", "name", "query"],
                      properties: { id: text, name: text, query: text },
                    },
                    matches: {
                      type: "array",
                      items: {
                        type: "object",
                        required: ["channel", "id", "url", "publishedAt", "text", "edited", "hash"],
                        properties: {
                          channel: { ...text, example: "durov" },
                          id: { type: "integer", example: 12 },
                          url: { ...text, example: "https://t.me/durov/12" },
                          publishedAt: { ...text, format: "date-time" },
                          text: { ...text, description: "The first 2,000 characters." },
                          textIsCut: { type: "boolean", description: "True where there is more." },
                          edited: { type: "boolean" },
                          deletedAt: { ...text, format: "date-time" },
                          hash: { ...text, description: "Of this version." },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
      responses: { "2XX": { description: "It arrived" }, "410": { description: "Send no more" } },
    },
  } as const;
}
