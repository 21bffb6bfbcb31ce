//! The service's own time-stamp authority, asked by OpenSSL.

use crate::support::service::{demo, empty_folder};
use crate::support::tool::{run, tool};
use std::fs;

/// Asks with a query that OpenSSL made; the reply as a file.
#[test]
fn openssl_asks_and_accepts() {
    let Some(openssl) = tool("openssl_asks_and_accepts", "openssl") else { return };
    let folder = empty_folder("time-stamp");
    let at = |name: &str| folder.join(name).to_str().expect("text").to_owned();
    fs::write(at("data"), b"what is there").expect("written");
    let (data, query, reply) = (at("data"), at("query"), at("reply"));
    run(&openssl, ["ts", "-query", "-data", &data, "-sha256", "-cert", "-out", &query]).expect(&[]);
    let answer = demo()
        .request("POST", "/v1/time-stamps")
        .header("Authorization", &demo().key())
        .body("application/timestamp-query", fs::read(&query).expect("a query"))
        .send()
        .expect(200);
    assert_eq!(answer.header("content-type"), Some("application/timestamp-reply"));
    fs::write(&reply, &answer.body).expect("written");
    let root = demo().trust().join("root-rsa.pem").to_str().expect("text").to_owned();
    run(&openssl, ["ts", "-verify", "-queryfile", &query, "-in", &reply, "-CAfile", &root])
        .expect(&["Verification: OK"]);
}

#[test]
fn what_cannot_be_stamped_is_rejected_by_name() {
    let ask = |key: &str, media_type: &str, body: &[u8]| {
        demo()
            .request("POST", "/v1/time-stamps")
            .header("Authorization", key)
            .body(media_type, body)
            .send()
    };
    let query = "application/timestamp-query";
    // PKIStatus rejection (2), then the reason in words.
    let rejected = ask(&demo().key(), query, b"not DER").expect(200).body;
    assert_eq!(rejected[2..7], [0x30, rejected[3], 0x02, 0x01, 0x02], "{rejected:02x?}");
    ask(&demo().key(), "application/json", b"{}").expect(415);
    ask("Bearer yz_unknown", query, b"").expect(401);
}
