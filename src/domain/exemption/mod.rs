//! Exemption from handing in (四免): what a service item asks for, and what may be left out.
//!
//! A service item is one JSON document ([`ServiceItem::read`]), frozen once it is a version. What may
//! be left out is decided from arguments alone ([`decide`]): items and answers, what the register and
//! connectors said, the day, and the policy of the region.

mod assistance;
mod case;
mod condition;
mod connector;
mod decide;
mod evidence;
mod item;
mod key;
mod mapping;
mod material;
mod policy;
mod predicate;
mod reading;
mod recorded;
pub mod table;
mod verdict;

pub use assistance::{
    AssistanceAnswer, AssistanceEnd, AssistanceMove, AssistanceOutcome, AssistanceRefused,
    AssistanceRequest, AssistanceState, Assisted, AssistedParty,
};
pub use case::{Asked, Case, Confirmation, Held, Looked, PartHeld, Party, Verified, holder_codes};
pub use condition::{Answers, Condition};
pub use connector::{AskedAbout, BadAnswer, ConnectorQuestion, connector_answer};
pub use decide::{Decision, Fill, Line, Measured, Verdict, decide, questions};
pub use evidence::{Relied, licenses_of_sources};
pub use item::{
    Choice, FormField, Handling, Output, OutputSeal, OutputSignature, ServiceItem, Situation,
    Source,
};
pub use key::{BadKey, ItemCode, Key};
pub use mapping::{Mapping, MaterialMapping};
pub use material::{
    Alternative, Assistance, Cancelled, Commitment, CoveredBy, DataCheck, Deferral, Evidence,
    Grade, Material, MaterialForm, MaterialSource, Necessity,
};
pub use policy::{
    AGENT, APPLICANT, ComparedBy, ExemptionPolicy, Freedom, PolicyError, RelationProof,
};
pub use predicate::{BadPredicate, Predicate};
pub use reading::ItemError;
pub use recorded::{
    Changed, KeptFile, RecordedBundle, RecordedCopy, RecordedDecision, Reliance, Saved,
};
pub use verdict::{Ground, Reason};
