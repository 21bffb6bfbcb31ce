//! The tables in types that every database has.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    organization (id) {
        id -> Text,
        code -> Text,
        name -> Text,
        division -> Text,
        parent_id -> Nullable<Text>,
        status -> Text,
        created_at -> BigInt,
    }
}

table! {
    staff (id) {
        id -> Text,
        organization_id -> Text,
        login -> Text,
        name -> Text,
        status -> Text,
        password -> Text,
        password_at -> BigInt,
        one_time -> Nullable<Binary>,
        one_time_step -> BigInt,
        guesses -> Integer,
        rests_until -> Nullable<BigInt>,
        created_at -> BigInt,
        version -> Integer,
    }
}

table! {
    staff_role (staff_id, role) {
        staff_id -> Text,
        role -> Text,
    }
}

table! {
    session (digest) {
        digest -> Text,
        staff_id -> Text,
        stage -> Text,
        offered -> Nullable<Binary>,
        created_at -> BigInt,
        seen_at -> BigInt,
    }
}

table! {
    api_key (id) {
        id -> Text,
        organization_id -> Text,
        label -> Text,
        secret_digest -> Text,
        permissions -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    signing_key (id) {
        id -> Text,
        organization_id -> Nullable<Text>,
        purpose -> Text,
        kind -> Text,
        public_key -> Binary,
        custody -> Text,
        state -> Text,
        created_at -> BigInt,
    }
}

table! {
    signing_key_certificate (key_id, position) {
        key_id -> Text,
        position -> Integer,
        der -> Binary,
    }
}

table! {
    seal (id) {
        id -> Text,
        organization_id -> Text,
        code -> Text,
        name -> Text,
        kind -> Text,
        seal_der -> Binary,
        picture_media_type -> Text,
        picture -> Binary,
        width_mm -> Integer,
        height_mm -> Integer,
        sm2_key_id -> Nullable<Text>,
        pades_key_id -> Nullable<Text>,
        scope -> Text,
        not_before -> BigInt,
        not_after -> BigInt,
        status -> Text,
        changed_at -> BigInt,
        version -> Integer,
        created_at -> BigInt,
    }
}

table! {
    license_type (code, version) {
        code -> Text,
        version -> Integer,
        document -> Text,
        digest -> Text,
        published_at -> BigInt,
    }
}

table! {
    license (id) {
        id -> Text,
        type_code -> Text,
        type_version -> Integer,
        number -> Text,
        number_key -> Text,
        identifier -> Text,
        public_code -> Text,
        issuer_id -> Text,
        holder_name -> Nullable<Text>,
        holder_name_key -> Nullable<Text>,
        holder_code_type -> Nullable<Text>,
        holder_code -> Nullable<Text>,
        fields -> Text,
        issued_on -> Nullable<Text>,
        valid_from -> Nullable<Text>,
        valid_to -> Nullable<Text>,
        supersedes_id -> Nullable<Text>,
        state -> Text,
        changed_at -> BigInt,
        version -> Integer,
        created_at -> BigInt,
    }
}

table! {
    rendition (id) {
        id -> Text,
        license_id -> Text,
        kind -> Text,
        media_type -> Text,
        sm3 -> Text,
        sha256 -> Text,
        bytes -> BigInt,
        created_at -> BigInt,
    }
}

table! {
    status_entry (id) {
        id -> Text,
        license_id -> Text,
        from_state -> Text,
        to_state -> Text,
        event -> Text,
        reason -> Nullable<Text>,
        replacement_id -> Nullable<Text>,
        legal_document -> Nullable<Text>,
        actor -> Text,
        effective_at -> BigInt,
        recorded_at -> BigInt,
    }
}

table! {
    sealing_order (id) {
        id -> Text,
        license_id -> Nullable<Text>,
        seal_id -> Text,
        document -> Text,
        form -> Text,
        placements -> Text,
        requested_by -> Text,
        approved_by -> Text,
        approved_at -> BigInt,
        state -> Text,
    }
}

table! {
    key_use (id) {
        id -> Text,
        key_id -> Text,
        to_be_signed -> Text,
        order_id -> Nullable<Text>,
        license_id -> Nullable<Text>,
        duty -> Nullable<Text>,
        state -> Text,
        attempt -> Integer,
        intended_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

table! {
    request (id) {
        id -> Text,
        caller -> Text,
        idempotency_key -> Text,
        digest -> Text,
        license_id -> Nullable<Text>,
        state -> Text,
        lease_until -> BigInt,
        status -> Nullable<Integer>,
        body -> Nullable<Binary>,
        created_at -> BigInt,
    }
}

table! {
    verification (id) {
        id -> Text,
        outcome -> Text,
        input_sm3 -> Nullable<Text>,
        license_id -> Nullable<Text>,
        report -> Text,
        created_at -> BigInt,
        receipt -> Nullable<Text>,
    }
}

table! {
    audit_event (sequence) {
        sequence -> BigInt,
        id -> Text,
        at -> BigInt,
        actor -> Text,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        detail -> Text,
        previous -> Text,
        hash -> Text,
    }
}

table! {
    webhook_endpoint (id) {
        id -> Text,
        organization_id -> Text,
        url -> Text,
        events -> Text,
        state -> Text,
        secret -> Binary,
        old_secret -> Nullable<Binary>,
        old_secret_until -> Nullable<BigInt>,
        failures -> Integer,
        paused_until -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

table! {
    webhook_event (id) {
        id -> Text,
        organization_id -> Text,
        kind -> Text,
        body -> Text,
        created_at -> BigInt,
    }
}

table! {
    webhook_delivery (event_id, endpoint_id) {
        event_id -> Text,
        kind -> Text,
        endpoint_id -> Text,
        state -> Text,
        attempts -> Integer,
        begun_at -> BigInt,
        due_at -> BigInt,
        lease_until -> BigInt,
        tried_at -> Nullable<BigInt>,
        status -> Nullable<Integer>,
        trouble -> Nullable<Text>,
        created_at -> BigInt,
    }
}

table! {
    log_leaf (subject) {
        subject -> Text,
        kind -> Text,
        change -> Nullable<Text>,
        entry -> Text,
        hash -> Nullable<Binary>,
        salt -> Nullable<Binary>,
        position -> Nullable<BigInt>,
    }
}

table! {
    log_node (level, position) {
        level -> BigInt,
        position -> BigInt,
        hash -> Binary,
    }
}

table! {
    log_checkpoint (size) {
        size -> BigInt,
        root -> Text,
        peaks -> Binary,
        at -> BigInt,
        note -> Nullable<Text>,
    }
}

joinable!(log_leaf -> status_entry (change));
allow_tables_to_appear_in_same_query!(license, organization, rendition);
allow_tables_to_appear_in_same_query!(log_leaf, status_entry);
allow_tables_to_appear_in_same_query!(webhook_endpoint, webhook_event, webhook_delivery);
