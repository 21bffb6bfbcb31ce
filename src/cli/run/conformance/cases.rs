//! The cases: what is asked, and what every deployment has to answer.

use super::session::{Answer, Session, Tried, Unfit, same};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// One case.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) run: fn(&Session) -> Tried,
}

/// A file under a seal of the test PKI, whose keys are public: nobody may believe it.
const OF_A_STRANGER: &[u8] = include_bytes!("../../../../fixtures/sealed/sm2.pdf");
/// An id that nothing has.
const NOTHING: &str = "01890000-0000-7000-8000-000000000000";
const VERIFY: &str = "/v1/verifications";

/// Every case, in the order in which they are tried.
pub(super) static CASES: [Case; 20] = [
    Case { name: "alive", zh: "服务在运行", en: "The service is alive", run: alive },
    Case {
        name: "document",
        zh: "接口文档为 OpenAPI 3.1",
        en: "It describes itself as OpenAPI 3.1",
        run: document,
    },
    Case {
        name: "unknown_address",
        zh: "不存在的地址：404，问题格式统一",
        en: "An unknown address is a 404 in the one form of problems",
        run: |session| session.get("/v1/absent")?.problem(404, "not_found"),
    },
    Case {
        name: "wrong_method",
        zh: "不支持的方法：405，并列出可用方法",
        en: "A wrong method is a 405 that names the right ones",
        run: wrong_method,
    },
    Case {
        name: "no_token",
        zh: "未带令牌：401 token_missing",
        en: "No token is 401 token_missing",
        run: |session| session.ask("GET", "/v1/licenses", "")?.problem(401, "token_missing"),
    },
    Case {
        name: "wrong_token",
        zh: "令牌无效：401 token_invalid",
        en: "A wrong token is 401 token_invalid",
        run: |session| {
            session.ask("GET", "/v1/licenses", "Bearer yz_unknown")?.problem(401, "token_invalid")
        },
    },
    Case {
        name: "authorized",
        zh: "所用凭证可以调用共享接口",
        en: "The client may call the sharing interface",
        run: authorized,
    },
    Case {
        name: "two_inputs",
        zh: "同时给出两种输入：400 ambiguous_input",
        en: "Two inputs at once are 400 ambiguous_input",
        run: |session| {
            let both = json!({ "code": "1", "license_id": NOTHING });
            session.post(VERIFY, &both, "")?.problem(400, "ambiguous_input")
        },
    },
    Case {
        name: "not_a_license",
        zh: "不是证照的文件：200，结论为不确定",
        en: "A file that is no license is a 200 that cannot be confirmed",
        run: |session| outcome(session.verify_file(b"words")?, "INDETERMINATE"),
    },
    Case {
        name: "unknown_license",
        zh: "查无此证：404",
        en: "An unknown license is a 404",
        run: |session| {
            let asked = json!({ "license_id": NOTHING });
            session.post(VERIFY, &asked, "")?.problem(404, "not_found")
        },
    },
    Case {
        name: "wrong_issuer",
        zh: "不受信任的签章者：绝不为有效",
        en: "Whoever sealed it and is not believed: never valid",
        run: wrong_issuer,
    },
    Case {
        name: "valid",
        zh: "有效的证照",
        en: "A license in force is valid",
        run: |session| stands(session, "valid"),
    },
    Case {
        name: "tampered",
        zh: "被改动的文件：无效",
        en: "A file that was changed is not valid",
        run: tampered,
    },
    Case {
        name: "suspended",
        zh: "暂扣的证照：无效",
        en: "A suspended license is not valid",
        run: |session| stands(session, "suspended"),
    },
    Case {
        name: "revoked",
        zh: "注销、吊销的证照：无效",
        en: "A revoked license is not valid",
        run: |session| stands(session, "revoked"),
    },
    Case {
        name: "superseded",
        zh: "被取代的证照：无效",
        en: "A superseded license is not valid",
        run: |session| stands(session, "superseded"),
    },
    Case {
        name: "expired",
        zh: "过期的证照：无效",
        en: "An expired license is not valid",
        run: |session| stands(session, "expired"),
    },
    Case {
        name: "pending",
        zh: "尚未签章的证照：查无此证",
        en: "A license that waits for its seal is not there yet",
        run: |session| stands(session, "pending"),
    },
    Case {
        name: "repeated",
        zh: "同一幂等键重复请求：同一答复",
        en: "The same idempotency key again is the same answer",
        run: repeated,
    },
    Case {
        name: "receipt",
        zh: "核验回执可重复获取，逐字节相同",
        en: "A receipt is the same bytes each time",
        run: receipt,
    },
];

fn alive(session: &Session) -> Tried {
    session.get("/healthz")?.expect(200).map(drop)
}

fn document(session: &Session) -> Tried {
    let said = session.get("/openapi.json")?.expect(200)?.json();
    let version = said["openapi"].as_str().and_then(|version| version.get(..3));
    same("openapi", version, "3.1")
}

fn wrong_method(session: &Session) -> Tried {
    let answer = session.ask("DELETE", VERIFY, "")?;
    let names = answer.header("allow").contains("POST");
    answer.problem(405, "method_not_allowed")?;
    if names { Ok(()) } else { Err(Unfit::Failed("Allow does not name POST".to_owned())) }
}

fn authorized(session: &Session) -> Tried {
    let said = session.call("/compat/directory", &json!({ "data": {} }))?.expect(200)?.json();
    same("ack_code", said["ack_code"].as_str(), "SUCCESS")
}

fn outcome(answer: Answer, wanted: &str) -> Tried {
    same("outcome", answer.expect(200)?.json()["outcome"].as_str(), wanted)
}

fn wrong_issuer(session: &Session) -> Tried {
    let said = session.verify_file(OF_A_STRANGER)?.expect(200)?.json();
    match said["outcome"].as_str() {
        Some("INDETERMINATE" | "INVALID") => Ok(()),
        found => same("outcome", found, "INDETERMINATE"),
    }
}

/// A license of the sandbox stands as the list of the sandbox says.
fn stands(session: &Session, case: &str) -> Tried {
    let sample = session.sample(case)?;
    let answer = session.post(VERIFY, &json!({ "license_id": sample["license_id"] }), "")?;
    let Some(wanted) = sample["outcome"].as_str() else {
        return answer.problem(404, "not_found");
    };
    let said = answer.expect(200)?.json();
    same("outcome", said["outcome"].as_str(), wanted)?;
    let state = sample["state"].as_str().unwrap_or_default();
    same("state", said["register"]["state"].as_str(), state)
}

fn tampered(session: &Session) -> Tried {
    let content = session.sample("valid")?["content"].as_str().unwrap_or_default();
    let mut file = STANDARD.decode(content).unwrap_or_default();
    let first = session.verify_file(&file)?;
    outcome(first, "VALID")?;
    let middle = file.len() / 2;
    file[middle] ^= 1;
    outcome(session.verify_file(&file)?, "INVALID")
}

/// Something that can be verified: of the sandbox, or words.
fn verified(session: &Session, key: &str) -> Result<(Answer, Value), Unfit> {
    let answer = match session.sample("valid") {
        Ok(sample) => session.post(VERIFY, &json!({ "license_id": sample["license_id"] }), key)?,
        Err(_) => session.verify_file(b"words")?,
    };
    let answer = answer.expect(200)?;
    let said = answer.json();
    Ok((answer, said))
}

fn repeated(session: &Session) -> Tried {
    session.sample("valid")?;
    // A key that no run before has used.
    let key = format!("conformance-{}", time::OffsetDateTime::now_utc().unix_timestamp_nanos());
    let (_, first) = verified(session, &key)?;
    let (again, second) = verified(session, &key)?;
    same("Idempotent-Replayed", Some(again.header("idempotent-replayed")), "true")?;
    same("id", second["id"].as_str(), first["id"].as_str().unwrap_or("an id"))
}

fn receipt(session: &Session) -> Tried {
    let (_, said) = verified(session, "")?;
    let path = format!("{VERIFY}/{}/receipt", said["id"].as_str().unwrap_or_default());
    let first = session.get(&path)?.expect(200)?;
    same("type", first.json()["payload"]["type"].as_str(), "yinzheng/verification-receipt/1")?;
    match session.get(&path)?.body == first.body {
        true => Ok(()),
        false => Err(Unfit::Failed("other bytes the second time".to_owned())),
    }
}
