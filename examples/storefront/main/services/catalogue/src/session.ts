import { createHmac, timingSafeEqual } from "node:crypto";

import type { NextFunction, Request, Response } from "express";

interface Claims {
  sub: string;
  roles?: string[];
}

/** Lets a request through when its session has `role`. */
export function requireRole(role: string) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const claims = readSession(request.header("authorization") ?? "");
    if (!claims) {
      response.status(401).json({ error: "sign in first" });
    } else if (!claims.roles?.includes(role)) {
      response.status(403).json({ error: `needs the role ${role}` });
    } else {
      next();
    }
  };
}

export function readSession(authorization: string): Claims | undefined {
  const [head, body, signature] = authorization.replace(/^Bearer /, "").split(".");
  const key = process.env.SESSION_SIGNING_KEY;
  if (!head || !body || !signature || !key) return undefined;
  const expected = createHmac("sha256", key).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Claims;
}
