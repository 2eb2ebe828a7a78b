import assert from "node:assert/strict";

import { accessLogFormat, parseAccessLog } from "../../../sandbox/dataplane/accessLog";

/** A line as Envoy writes it in our format, without its end. */
function line(fields: Partial<Record<string, string>> = {}): string {
  const written: Readonly<Record<string, string>> = {
    "%START_TIME(%s.%3f)%": "1795357892.769",
    "%REQ(:AUTHORITY)%": "web.shop.svc.cluster.local:80",
    "%RESPONSE_CODE%": "200",
    "%RESPONSE_FLAGS%": "-",
    "%DURATION%": "2",
    "%UPSTREAM_HOST%": "127.1.0.5:9080",
    "%UPSTREAM_CLUSTER%": "outbound|80|a|web.shop.svc.cluster.local;",
  };
  const all = { ...written, ...fields };
  return accessLogFormat.trimEnd().replace(/%[^\t]*%/g, (command) => all[command] ?? assert.fail(command));
}

describe("access log", () => {
  it("asks for one line a request, its fields parted by tabs, in the order that the parser expects", () => {
    assert.equal(
      accessLogFormat,
      "serin\t%START_TIME(%s.%3f)%\t%REQ(:AUTHORITY)%\t%RESPONSE_CODE%\t%RESPONSE_FLAGS%\t%DURATION%" +
        "\t%UPSTREAM_HOST%\t%UPSTREAM_CLUSTER%\n",
    );
    assert.equal(
      line(),
      "serin\t1795357892.769\tweb.shop.svc.cluster.local:80\t200\t-\t2\t127.1.0.5:9080\toutbound|80|a|web.shop.svc.cluster.local;",
    );
  });

  it("tells who answered, by which subset, and how fast", () => {
    assert.deepEqual(parseAccessLog(line()), {
      at: 1795357892769,
      host: "web.shop.svc.cluster.local",
      code: 200,
      flags: "-",
      durationMs: 2,
      upstream: "127.1.0.5",
      destination: { host: "web.shop.svc.cluster.local", subset: "a" },
    });
  });

  it("takes a cluster without a subset, and a name without the semicolon at its end", () => {
    const destination = (cluster: string) => parseAccessLog(line({ "%UPSTREAM_CLUSTER%": cluster }))?.destination;
    const whole = { host: "web.shop.svc.cluster.local", subset: undefined };
    assert.deepEqual(destination("outbound|80||web.shop.svc.cluster.local;"), whole);
    assert.deepEqual(destination("outbound|80||web.shop.svc.cluster.local"), whole);
  });

  it("has no destination for clusters that are not a Service's", () => {
    for (const cluster of ["PassthroughCluster", "BlackHoleCluster", "inbound|80||", "xds-grpc", "outbound|80", "-"]) {
      assert.equal(parseAccessLog(line({ "%UPSTREAM_CLUSTER%": cluster }))?.destination, undefined, cluster);
    }
  });

  it("takes a host that was asked for without a port", () => {
    assert.equal(parseAccessLog(line({ "%REQ(:AUTHORITY)%": "shop.example.com" }))?.host, "shop.example.com");
  });

  it("tells of a request for which there was no healthy pod", () => {
    const unhealthy = { "%RESPONSE_CODE%": "503", "%RESPONSE_FLAGS%": "UH", "%DURATION%": "0", "%UPSTREAM_HOST%": "-" };
    assert.deepEqual(parseAccessLog(line(unhealthy)), {
      at: 1795357892769,
      host: "web.shop.svc.cluster.local",
      code: 503,
      flags: "UH",
      durationMs: 0,
      upstream: undefined,
      destination: { host: "web.shop.svc.cluster.local", subset: "a" },
    });
  });

  it("tells of a request that no route was for", () => {
    const lost = { "%RESPONSE_CODE%": "404", "%RESPONSE_FLAGS%": "NR", "%UPSTREAM_HOST%": "-" };
    const request = parseAccessLog(line({ ...lost, "%UPSTREAM_CLUSTER%": "-" }));
    assert.equal(request?.code, 404);
    assert.equal(request.flags, "NR");
    assert.equal(request.upstream, undefined);
    assert.equal(request.destination, undefined);
  });

  it("gives a request whose client went away the code 0", () => {
    const request = parseAccessLog(line({ "%RESPONSE_CODE%": "0", "%RESPONSE_FLAGS%": "DC" }));
    assert.equal(request?.code, 0);
    assert.equal(request.flags, "DC");
    assert.equal(request.upstream, "127.1.0.5");
  });

  it("leaves other lines alone", () => {
    const foreign = ["", "[2026-01-01T00:00:00.000Z] GET / 200", ` ${line()}`, line().replace("serin", "other")];
    for (const text of foreign) assert.equal(parseAccessLog(text), undefined, text);
  });

  it("leaves a line alone that was cut off before its last field", () => {
    const fields = line().split("\t");
    for (let count = 1; count < fields.length; count++) {
      assert.equal(parseAccessLog(fields.slice(0, count).join("\t")), undefined, `${count} fields`);
    }
  });
});
