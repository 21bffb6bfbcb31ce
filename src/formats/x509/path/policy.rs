//! Certificate policies (RFC 5280, clause 6.1, with the flat processing of RFC 9618).
//!
//! Only the nodes of the current depth are kept: what the tree above is needed for, the policies
//! of the trust domain from which a node descends, travels with the node. The work is bounded by
//! the square of the policies of one certificate, not by the shape of the tree.

use super::PathError;
use crate::oid::{self, Oid};
use crate::x509::certificate::Certificate;
use std::collections::BTreeSet;

/// What the caller asks of policies (clause 6.1.1 c–g).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyInput {
    /// Acceptable policies; any when empty.
    pub acceptable: Vec<Oid>,
    /// The path must be valid under an acceptable policy.
    pub explicit: bool,
    /// Mapping is forbidden from the start.
    pub inhibit_mapping: bool,
    /// anyPolicy does not count from the start.
    pub inhibit_any: bool,
}

/// A policy under which a path is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidPolicy {
    /// In the anchor's domain.
    pub policy: Oid,
    /// Qualifiers as stored: the leaf's, or those of the nearest issuer above that has some for
    /// this policy; empty when none has.
    pub qualifiers: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Node {
    policy: Oid,
    expected: BTreeSet<Oid>,
    /// Policies of the anchor's domain from which this one descends.
    roots: BTreeSet<Oid>,
    qualifiers: Vec<u8>,
}

impl Node {
    fn is_any(&self) -> bool {
        self.policy == oid::ANY_POLICY
    }

    /// A policy that a certificate names: below parents that expect it, or else below anyPolicy;
    /// `None` when neither is there (clause 6.1.3 d 1).
    fn named(policy: &Oid, qualifiers: &[u8], parents: &[Self]) -> Option<Self> {
        let expecting: Vec<&Self> =
            parents.iter().filter(|node| node.expected.contains(policy)).collect();
        if !expecting.is_empty() {
            return Some(Self::below(policy, qualifiers, &expecting));
        }
        let any = parents.iter().find(|node| node.is_any())?;
        let roots = BTreeSet::from([policy.clone()]);
        Some(Self { roots, ..Self::below(policy, qualifiers, &[any]) })
    }

    fn below(policy: &Oid, qualifiers: &[u8], parents: &[&Self]) -> Self {
        let inherited = parents.iter().map(|node| &node.qualifiers[..]);
        let mut known = std::iter::once(qualifiers).chain(inherited);
        Self {
            policy: policy.clone(),
            expected: BTreeSet::from([policy.clone()]),
            roots: parents.iter().flat_map(|node| node.roots.clone()).collect(),
            qualifiers: known.find(|some| !some.is_empty()).unwrap_or_default().to_vec(),
        }
    }
}

/// Counters that run down with every certificate (clause 6.1.2 d–f).
struct State {
    nodes: Vec<Node>,
    explicit: usize,
    inhibit_any: usize,
    mapping: usize,
}

/// The policies of a chain given from the leaf to the anchor.
pub(super) fn check(
    input: &PolicyInput,
    chain: &[&Certificate],
) -> Result<Vec<ValidPolicy>, PathError> {
    let len = chain.len().saturating_sub(1);
    let initial = |zero: bool| if zero { 0 } else { len + 1 };
    let any = BTreeSet::from([oid::ANY_POLICY]);
    let root =
        Node { policy: oid::ANY_POLICY, expected: any.clone(), roots: any, qualifiers: Vec::new() };
    let mut state = State {
        nodes: vec![root],
        explicit: initial(input.explicit),
        inhibit_any: initial(input.inhibit_any),
        mapping: initial(input.inhibit_mapping),
    };
    // The anchor is input, not part of the path.
    for depth in (0..len).rev() {
        let (certificate, last) = (chain[depth], depth == 0);
        state.descend(certificate, last);
        if state.explicit == 0 && state.nodes.is_empty() {
            return Err(PathError::Policy);
        }
        if !last {
            state.prepare(certificate)?;
        }
    }
    state.finish(chain[0], input)
}

impl State {
    /// Clause 6.1.3 d and e.
    fn descend(&mut self, certificate: &Certificate, last: bool) {
        let parents = std::mem::take(&mut self.nodes);
        let Some(policies) = &certificate.extensions().policies else { return };
        for information in policies.iter().filter(|found| found.policy != oid::ANY_POLICY) {
            self.nodes.extend(Node::named(&information.policy, &information.qualifiers, &parents));
        }
        let counts = self.inhibit_any > 0 || (!last && certificate.is_self_issued());
        let any = policies.iter().find(|found| found.policy == oid::ANY_POLICY);
        let Some(any) = any.filter(|_| counts) else { return };
        let expected: BTreeSet<&Oid> = parents.iter().flat_map(|node| &node.expected).collect();
        for policy in expected {
            if self.nodes.iter().any(|node| node.policy == *policy) {
                continue;
            }
            let holders: Vec<&Node> =
                parents.iter().filter(|node| node.expected.contains(policy)).collect();
            self.nodes.push(Node::below(policy, &any.qualifiers, &holders));
        }
    }

    /// Clause 6.1.4 a, b, h–j.
    fn prepare(&mut self, certificate: &Certificate) -> Result<(), PathError> {
        let extensions = certificate.extensions();
        for mapping in extensions.policy_mappings.iter().flatten() {
            if mapping.issuer == oid::ANY_POLICY || mapping.subject == oid::ANY_POLICY {
                return Err(PathError::Policy);
            }
        }
        self.map(certificate);
        if !certificate.is_self_issued() {
            self.run_down();
        }
        let limit = |counter: &mut usize, found: Option<u32>| {
            if let Some(found) = found {
                *counter = (*counter).min(usize::try_from(found).unwrap_or(usize::MAX));
            }
        };
        if let Some(constraints) = &extensions.policy_constraints {
            limit(&mut self.explicit, constraints.require_explicit);
            limit(&mut self.mapping, constraints.inhibit_mapping);
        }
        limit(&mut self.inhibit_any, extensions.inhibit_any_policy);
        Ok(())
    }

    fn map(&mut self, certificate: &Certificate) {
        let Some(mappings) = &certificate.extensions().policy_mappings else { return };
        let issuers: BTreeSet<&Oid> = mappings.iter().map(|mapping| &mapping.issuer).collect();
        if self.mapping == 0 {
            self.nodes.retain(|node| !issuers.contains(&node.policy));
            return;
        }
        let any_qualifiers = self.nodes.iter().find(|node| node.is_any());
        let any_qualifiers = any_qualifiers.map(|node| node.qualifiers.clone());
        for issuer in issuers {
            let mapped = mappings.iter().filter(|mapping| mapping.issuer == *issuer);
            let expected: BTreeSet<Oid> = mapped.map(|mapping| mapping.subject.clone()).collect();
            match self.nodes.iter_mut().find(|node| node.policy == *issuer) {
                Some(node) => node.expected = expected,
                None => self.nodes.extend(any_qualifiers.clone().map(|qualifiers| Node {
                    policy: issuer.clone(),
                    expected,
                    roots: BTreeSet::from([issuer.clone()]),
                    qualifiers,
                })),
            }
        }
    }

    fn run_down(&mut self) {
        for counter in [&mut self.explicit, &mut self.mapping, &mut self.inhibit_any] {
            *counter = counter.saturating_sub(1);
        }
    }

    /// Clause 6.1.5 a, b, g.
    fn finish(
        mut self,
        leaf: &Certificate,
        input: &PolicyInput,
    ) -> Result<Vec<ValidPolicy>, PathError> {
        self.explicit = self.explicit.saturating_sub(1);
        let constraints = leaf.extensions().policy_constraints;
        if constraints.is_some_and(|found| found.require_explicit == Some(0)) {
            self.explicit = 0;
        }
        let valid = self.valid_policies(&input.acceptable);
        if self.explicit == 0 && valid.is_empty() {
            return Err(PathError::Policy);
        }
        Ok(valid)
    }

    fn valid_policies(&self, acceptable: &[Oid]) -> Vec<ValidPolicy> {
        let accepts = |policy: &Oid| acceptable.is_empty() || acceptable.contains(policy);
        let mut valid: Vec<ValidPolicy> = Vec::new();
        for node in self.nodes.iter().filter(|node| !node.is_any()) {
            for root in node.roots.iter().filter(|root| accepts(root)) {
                let qualifiers = node.qualifiers.clone();
                valid.push(ValidPolicy { policy: root.clone(), qualifiers });
            }
        }
        if let Some(any) = self.nodes.iter().find(|node| node.is_any()) {
            let wildcard = [oid::ANY_POLICY];
            let open = if acceptable.is_empty() { &wildcard[..] } else { acceptable };
            for policy in open {
                if !valid.iter().any(|known| known.policy == *policy) {
                    let qualifiers = any.qualifiers.clone();
                    valid.push(ValidPolicy { policy: policy.clone(), qualifiers });
                }
            }
        }
        valid
    }
}
