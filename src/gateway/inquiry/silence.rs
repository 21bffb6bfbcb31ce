//! Why a responder has said nothing.

use crate::fetch::FetchError;
use std::io::ErrorKind;

macro_rules! silences {
    ($($name:ident $code:literal $failure:literal $en:literal $zh:literal;)+) => {
        /// Why a responder has said nothing, stable across versions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Silence {
            $(#[doc = $en] $name,)+
        }

        /// Every reason with its name for programs and its meaning in English and Chinese.
        pub const SILENCES: &[(Silence, &str, &str, &str)] =
            &[$((Silence::$name, $code, $en, $zh)),+];

        impl Silence {
            /// The name for programs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $code),+
                }
            }

            /// Whether it says that the machine is not in order.
            pub(super) const fn is_failure(self) -> bool {
                match self {
                    $(Self::$name => $failure),+
                }
            }
        }
    };
}

silences! {
    NotListed "not_listed" false
        "The address is not on the list of responders; nothing was asked."
        "地址不在应答服务名单中，未查询。";
    Https "https_not_supported" false
        "Only http is asked, because what comes back is signed; nothing was asked."
        "只支持 http 地址（应答本身带签名），未查询。";
    Address "address_not_usable" false
        "The address is not of the form http://HOST[:PORT]/PATH; nothing was asked."
        "地址格式不可用，未查询。";
    NotPublic "address_not_public" false
        "The name leads to a machine of the inside that is not listed; nothing was asked."
        "域名指向未列入名单的内网地址，未查询。";
    TooMany "too_many_addresses" false
        "Two addresses of the certificate were asked already."
        "该证书已查询两个地址，不再查询。";
    Busy "asking_busy" false
        "Too many questions were under way."
        "正在进行的查询过多。";
    LeftAlone "left_alone" false
        "The machine failed repeatedly a moment ago and is asked again after a while."
        "该服务刚刚连续失败，稍后再查询。";
    Unreachable "unreachable" true
        "There is no connection to the machine."
        "无法连接该服务。";
    TimedOut "timed_out" true
        "There was no whole answer in time."
        "未在限定时间内得到完整应答。";
    Redirected "redirected" true
        "The answer names another address, which is not followed."
        "应答指向其他地址，未跟随。";
    TooLarge "answer_too_large" true
        "The answer is larger than is read."
        "应答过大。";
    Unusable "answer_not_usable" true
        "The answer is neither a list nor an answer about revocation."
        "应答不是吊销列表或状态应答。";
    Refused "responder_refused" false
        "The responder does not answer such questions."
        "应答服务拒绝了查询。";
    NotAbout "answer_not_about_it" false
        "The answer is about other certificates."
        "应答未涉及该证书。";
    Outdated "answer_outdated" false
        "The answer was out of date when it came."
        "应答在收到时已过期。";
}

impl From<FetchError> for Silence {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Address => Self::Address,
            FetchError::Https => Self::Https,
            FetchError::NotConfigured => Self::NotListed,
            FetchError::NotPublic => Self::NotPublic,
            FetchError::Redirected => Self::Redirected,
            FetchError::TooLarge => Self::TooLarge,
            FetchError::Answer(_) | FetchError::Status(_) => Self::Unusable,
            FetchError::Io(cause) => match cause.kind() {
                ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::TimedOut,
                _ => Self::Unreachable,
            },
        }
    }
}
