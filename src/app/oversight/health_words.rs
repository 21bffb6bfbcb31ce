//! The state of each part in words: what is, and what to do.

use super::health::Light;

/// A light, a stable code, and the same in both languages.
pub(super) struct Told {
    pub(super) light: Light,
    pub(super) code: &'static str,
    pub(super) zh: String,
    pub(super) en: String,
}

impl Told {
    fn new(light: Light, code: &'static str, zh: &str, en: &str) -> Self {
        Self { light, code, zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// What is told of each part.
pub(super) mod told {
    use super::Light::{Attention, Bad, Good, Unknown};
    use super::{Light, Told};

    pub(crate) fn register_good() -> Told {
        let zh = "登记库可以读写，每次写入都落盘。";
        Told::new(
            Good,
            "register_good",
            zh,
            "The register reads and writes, and every write is on disk.",
        )
    }

    pub(crate) fn register_away(cause: &str) -> Told {
        let zh = format!("登记库没有回应：{cause}。请检查数据库。");
        let en = format!("The register does not answer: {cause}. Look after the database.");
        Told::new(Bad, "register_away", &zh, &en)
    }

    pub(crate) fn disk_failed() -> Told {
        let zh = "磁盘写入失败，服务不再作出承诺。请更换磁盘并重启。";
        let en = "The disk failed and nothing is promised any more. Replace it and restart.";
        Told::new(Bad, "disk_failed", zh, en)
    }

    pub(crate) fn disk_unknown() -> Told {
        let zh = "不知道磁盘还有多少空间。";
        Told::new(Unknown, "disk_unknown", zh, "It is not known how much room the disk has.")
    }

    pub(crate) fn disk_room(light: Light, mib: u64, percent: u64) -> Told {
        let gib = mib as f64 / 1024.0;
        let (cure_zh, cure_en) = match light {
            Good => ("", ""),
            _ => (
                "请尽快腾出或扩充空间，空间用尽后不能再颁发。",
                " Make room: nothing is issued on a full disk.",
            ),
        };
        let zh = format!("磁盘剩余 {gib:.1} GiB（{percent}%）。{cure_zh}");
        let en = format!("The disk has {gib:.1} GiB left ({percent}%).{cure_en}");
        Told::new(light, "disk_room", &zh, &en)
    }

    pub(crate) fn clock_good() -> Told {
        let zh = "时钟与各项记录一致。";
        Told::new(Good, "clock_good", zh, "Nothing that was recorded disagrees with the clock.")
    }

    pub(crate) fn clock_wrong(why: &str) -> Told {
        let zh = format!("时钟不可信（{why}），暂停一切签章。请校正时钟。");
        let en = format!("The clock is not believed ({why}), and nothing is sealed. Set it right.");
        Told::new(Bad, "clock_skew", &zh, &en)
    }

    pub(crate) fn queues(light: Light, running: usize, waiting: usize, most: usize) -> Told {
        let zh = format!("正在处理 {running} 件，等待 {waiting} 件，最多可等待 {most} 件。");
        let en = format!("{running} at work, {waiting} waiting, at most {most} may wait.");
        Told::new(light, "queues", &zh, &en)
    }

    pub(crate) fn workers_good() -> Told {
        let zh = "上传的文件由隔离的进程检查。";
        Told::new(
            Good,
            "workers_good",
            zh,
            "Uploads are examined by processes that can reach nothing.",
        )
    }

    pub(crate) fn workers_none() -> Told {
        let zh = "没有启动隔离检查进程：本命令不接收上传。";
        Told::new(
            Unknown,
            "workers_none",
            zh,
            "No examining processes here: only `serve` has them.",
        )
    }

    pub(crate) fn no_anchor() -> Told {
        let zh = "没有配置信任锚，任何签章都无法确认。请配置信任目录。";
        let en = "No trust anchor: no signature can be confirmed. Configure the trust folder.";
        Told::new(Bad, "no_trust_anchor", zh, en)
    }

    pub(crate) fn list_overdue(since: &str) -> Told {
        let zh = format!("信任列表自 {since} 起已过期。请取得新版本。");
        let en = format!("The trust list is overdue since {since}. Get the next edition.");
        Told::new(Bad, "trust_list_overdue", &zh, &en)
    }

    pub(crate) fn crl_overdue(since: &str) -> Told {
        let zh = format!("有证书吊销列表自 {since} 起已过期。请更新信任目录。");
        let en = format!("A revocation list is overdue since {since}. Update the trust folder.");
        Told::new(Bad, "crl_overdue", &zh, &en)
    }

    pub(crate) fn crls_current(count: usize, first: &str) -> Told {
        let zh = format!("{count} 份证书吊销列表在有效期内，最早 {first} 到期。");
        let en = format!("{count} revocation lists are current; the first is due at {first}.");
        Told::new(Good, "crls_current", &zh, &en)
    }

    pub(crate) fn responders_asked() -> Told {
        let zh = "没有证书吊销列表，核验时向应答服务查询。";
        Told::new(Good, "responders_asked", zh, "No revocation lists: responders are asked.")
    }

    pub(crate) fn revocation_unknown() -> Told {
        let zh = "没有证书吊销列表，也不查询应答服务：证书是否吊销无从得知。";
        let en = "No revocation lists and nobody to ask: whether a certificate was revoked is not known.";
        Told::new(Unknown, "revocation_unknown", zh, en)
    }

    pub(crate) fn no_certificates() -> Told {
        let zh = "没有在用的印章和签名证书。";
        Told::new(Unknown, "no_certificates", zh, "No seal and no certificate is in use.")
    }

    pub(crate) fn certificates_good(count: usize, days: i64) -> Told {
        let zh = format!("{count} 项印章和证书在用，最早的还有 {days} 天到期。");
        let en =
            format!("{count} seals and certificates are in use; the first ends in {days} days.");
        Told::new(Good, "certificates_good", &zh, &en)
    }

    pub(crate) fn certificates_end(light: Light, days: i64, named: &str) -> Told {
        let code = match days {
            ..0 => "certificate_expired",
            0..=7 => "certificate_7_days",
            8..=30 => "certificate_30_days",
            _ => "certificate_90_days",
        };
        let zh = format!("有印章或证书 {days} 天后到期，请办理更换：{named}。");
        let en = format!("A seal or certificate ends in {days} days; have it replaced: {named}.");
        Told::new(light, code, &zh, &en)
    }

    pub(crate) fn stamps_own() -> Told {
        let zh = "使用本服务自己的时间戳密钥。";
        Told::new(Good, "stamps_own", zh, "The service's own keys stamp.")
    }

    pub(crate) fn stamps_none() -> Told {
        let zh = "没有时间戳密钥，也没有配置时间戳机构：只能签 B 级。";
        let en = "There is no time-stamp key and no authority: only level b can be sealed.";
        Told::new(Attention, "stamps_none", zh, en)
    }

    pub(crate) fn stamps_elsewhere() -> Told {
        let zh = "时间戳由外部机构签发，这里不探测它是否可用。";
        let en = "An authority elsewhere stamps; whether it answers is not tried here.";
        Told::new(Unknown, "stamps_elsewhere", zh, en)
    }

    pub(crate) fn log_empty() -> Told {
        Told::new(Good, "log_empty", "存证日志还没有记录。", "Nothing was logged yet.")
    }

    pub(crate) fn log_waits(waiting: u64) -> Told {
        let zh = format!("{waiting} 条记录等待进入存证日志，还没有检查点。");
        let en = format!("{waiting} leaves wait and there is no checkpoint yet.");
        Told::new(Attention, "log_waits", &zh, &en)
    }

    pub(crate) fn log_good(size: u64, at: &str) -> Told {
        let zh = format!("存证日志有 {size} 条记录，检查点签于 {at}。");
        let en = format!("The log has {size} leaves under a checkpoint of {at}.");
        Told::new(Good, "log_good", &zh, &en)
    }

    pub(crate) fn log_late(light: Light, waiting: u64, at: &str) -> Told {
        let zh = format!("{waiting} 条记录没有进入检查点，最近的检查点签于 {at}。请查看服务日志。");
        let en = format!(
            "{waiting} leaves are under no checkpoint; the newest is of {at}. Read the service's log."
        );
        Told::new(light, "log_late", &zh, &en)
    }

    pub(crate) fn witnesses_none() -> Told {
        let zh = "没有配置日志见证人。另一台机器上运行 yinzheng witness，公钥放入信任目录的 witnesses/。";
        let en = "No witness is known: run `yinzheng witness` elsewhere and put its key into witnesses/ of the trust folder.";
        Told::new(Unknown, "witnesses_none", zh, en)
    }

    pub(crate) fn witnessed(count: usize, at: &str) -> Told {
        let zh = format!("最新检查点有 {count} 个见证签名，最近签于 {at}。");
        let en = format!("The newest checkpoint has {count} witnesses, the last of {at}.");
        Told::new(Good, "witnessed", &zh, &en)
    }

    pub(crate) fn witness_awaited() -> Told {
        let zh = "最新检查点在等待见证签名。";
        Told::new(Good, "witness_awaited", zh, "The newest checkpoint waits for its witnesses.")
    }

    pub(crate) fn unwitnessed(since: &str) -> Told {
        let zh = format!("{since} 的检查点至今没有见证签名。请查看见证机器。");
        let en =
            format!("No witness has signed the checkpoint of {since}. Look after their machines.");
        Told::new(Attention, "unwitnessed", &zh, &en)
    }

    pub(crate) fn events_good() -> Told {
        let zh = "没有迟到的事件推送。";
        Told::new(Good, "events_good", zh, "No event is late.")
    }

    pub(crate) fn events_late(count: u64) -> Told {
        let zh = format!("{count} 条事件推送已超过 10 分钟，会继续重试。请联系接收方。");
        let en = format!(
            "{count} deliveries are late by over 10 minutes and are tried again. Ask their receivers."
        );
        Told::new(Attention, "events_late", &zh, &en)
    }

    pub(crate) fn never(kind: &str) -> Told {
        match kind {
            "backup" => Told::new(
                Unknown,
                "backup_unknown",
                "没有备份记录。用 yinzheng backup 备份后会显示在这里。",
                "No backup is on record; one made by `yinzheng backup` is.",
            ),
            _ => Told::new(
                Unknown,
                "restore_unknown",
                "没有恢复演练记录。恢复一份备份，下次备份到同一目录时会记下。",
                "No restore was tried on record: restore a backup, and the next backup to its folder notes it.",
            ),
        }
    }

    pub(crate) fn done(light: Light, kind: &str, at: &str) -> Told {
        let (code, zh, en) = match kind {
            "backup" => ("backup_made", "最近一次备份", "The last backup was made at"),
            _ => ("restore_tried", "最近一次恢复演练", "A restore was last tried at"),
        };
        let (zh, en) = (format!("{zh}：{at}。"), format!("{en} {at}."));
        Told::new(light, code, &zh, &en)
    }
}
