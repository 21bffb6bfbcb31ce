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
    staff_certificate (fingerprint) {
        fingerprint -> Text,
        staff_id -> Text,
        subject -> Text,
        until -> BigInt,
        added_at -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
    }
}

table! {
    sign_in_attempts (staff_id, origin) {
        staff_id -> Text,
        origin -> Text,
        guesses -> Integer,
        rests_until -> Nullable<BigInt>,
        signed_in_at -> Nullable<BigInt>,
        seen_at -> BigInt,
    }
}

table! {
    citizen_session (digest) {
        digest -> Text,
        provider -> Text,
        holder -> Text,
        name -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
    }
}

table! {
    service_secret (name) {
        name -> Text,
        wrapped -> Binary,
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
        certificate -> Nullable<Text>,
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
        per_hour -> Nullable<Integer>,
        per_day -> Nullable<Integer>,
        hour_from -> Nullable<Integer>,
        hour_until -> Nullable<Integer>,
        revocation -> Nullable<Text>,
        invalid_from -> Nullable<BigInt>,
        made_by -> Nullable<Text>,
        filed_by -> Nullable<Text>,
        filing -> Nullable<Text>,
        replaced_by_id -> Nullable<Text>,
        approval -> Text,
    }
}

table! {
    seal_application (id) {
        id -> Text,
        organization_id -> Text,
        code -> Text,
        name -> Text,
        kind -> Text,
        picture_media_type -> Text,
        picture -> Binary,
        width_mm -> Integer,
        height_mm -> Integer,
        scope -> Text,
        per_hour -> Nullable<Integer>,
        per_day -> Nullable<Integer>,
        hour_from -> Nullable<Integer>,
        hour_until -> Nullable<Integer>,
        not_before -> BigInt,
        not_after -> BigInt,
        replaces_id -> Nullable<Text>,
        sm2_key_id -> Nullable<Text>,
        pades_key_id -> Nullable<Text>,
        requested_by -> Text,
        requested_at -> BigInt,
        approved_by -> Nullable<Text>,
        made_by -> Nullable<Text>,
        status -> Text,
        version -> Integer,
    }
}

table! {
    seal_entry (id) {
        id -> Text,
        seal_id -> Text,
        from_status -> Nullable<Text>,
        to_status -> Text,
        actor -> Text,
        reason -> Text,
        at -> BigInt,
    }
}

table! {
    seal_proposal (id) {
        id -> Text,
        seal_id -> Text,
        change -> Text,
        scope -> Nullable<Text>,
        per_hour -> Nullable<Integer>,
        per_day -> Nullable<Integer>,
        hour_from -> Nullable<Integer>,
        hour_until -> Nullable<Integer>,
        revocation -> Nullable<Text>,
        invalid_from -> Nullable<BigInt>,
        reason -> Text,
        proposed_by -> Text,
        proposed_at -> BigInt,
        state -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
    }
}

table! {
    license_type (code, version) {
        code -> Text,
        version -> Integer,
        document -> Text,
        digest -> Text,
        published_at -> BigInt,
        published_by -> Nullable<Text>,
    }
}

table! {
    quality_check (license_id) {
        license_id -> Text,
        organization_id -> Text,
        checked_at -> BigInt,
        delay -> Nullable<BigInt>,
        faults -> Integer,
        doubts -> Integer,
    }
}

table! {
    quality_finding (id) {
        id -> Text,
        license_id -> Text,
        type_code -> Text,
        organization_id -> Text,
        rule -> Text,
        field -> Text,
        detail -> Text,
        certain -> Integer,
        state -> Text,
        found_at -> BigInt,
        due_at -> BigInt,
        changed_by -> Nullable<Text>,
        changed_at -> Nullable<BigInt>,
        answer -> Text,
        version -> Integer,
    }
}

table! {
    quality_place (one) {
        one -> Integer,
        sequence -> BigInt,
    }
}

table! {
    license_type_use (code) {
        code -> Text,
        keeper_id -> Nullable<Text>,
        withdrawn_at -> Nullable<BigInt>,
        withdrawn_by -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

table! {
    license_type_draft (code) {
        code -> Text,
        document -> Text,
        changed_by -> Text,
        changed_at -> BigInt,
        version -> Integer,
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
        succession -> Nullable<Text>,
        keeps_number -> Integer,
        parts -> Nullable<Text>,
    }
}

table! {
    license_part (part_id, license_id) {
        part_id -> Text,
        license_id -> Text,
    }
}

table! {
    expiry_notice (sequence) {
        sequence -> BigInt,
        license_id -> Text,
        days -> Integer,
        last_day -> Text,
        at -> BigInt,
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
        note -> Nullable<Text>,
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
        request_id -> Nullable<Text>,
    }
}

table! {
    sealing_request (id) {
        id -> Text,
        license_id -> Text,
        organization_id -> Text,
        seal_id -> Text,
        document -> Text,
        form -> Text,
        level -> Text,
        placements -> Text,
        requested_by -> Text,
        requested_at -> BigInt,
        state -> Text,
        manifest_id -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        trouble -> Nullable<Text>,
        attempts -> Integer,
        due_at -> BigInt,
    }
}

table! {
    sealing_manifest (id) {
        id -> Text,
        organization_id -> Text,
        seal_id -> Text,
        content -> Text,
        orders -> Integer,
        made_by -> Text,
        made_at -> BigInt,
        state -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        key_id -> Nullable<Text>,
        signature -> Nullable<Binary>,
        reason -> Nullable<Text>,
    }
}

table! {
    approver_key (id) {
        id -> Text,
        staff_id -> Text,
        label -> Text,
        origin -> Text,
        public_key -> Binary,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    seal_count (seal_id, span, begins) {
        seal_id -> Text,
        span -> Text,
        begins -> BigInt,
        uses -> Integer,
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
        organization_id -> Nullable<Text>,
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
    access_log (sequence) {
        sequence -> BigInt,
        id -> Text,
        at -> BigInt,
        actor -> Text,
        organization_id -> Nullable<Text>,
        route -> Text,
        roles -> Text,
        operator -> Text,
        operator_role -> Text,
        item -> Text,
        case_no -> Text,
        basis -> Text,
        licenses -> Text,
        fields -> Text,
        outcome -> Text,
        previous -> Text,
        hash -> Text,
    }
}

table! {
    access_license (license_id, sequence) {
        license_id -> Text,
        sequence -> BigInt,
        actor -> Text,
        at -> BigInt,
    }
}

table! {
    alert (id) {
        id -> Text,
        rule -> Text,
        actor -> Text,
        subject -> Text,
        first_at -> BigInt,
        last_at -> BigInt,
        times -> Integer,
        state -> Text,
        looked_by -> Nullable<Text>,
        looked_at -> Nullable<BigInt>,
        note -> Text,
    }
}

table! {
    alert_place (log) {
        log -> Text,
        sequence -> BigInt,
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

table! {
    client (id) {
        id -> Text,
        organization_id -> Text,
        name -> Text,
        label -> Text,
        method -> Text,
        scope -> Text,
        addresses -> Text,
        requires_signed_requests -> Integer,
        status -> Text,
        valid_until -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

table! {
    client_credential (id) {
        id -> Text,
        client_id -> Text,
        kind -> Text,
        key_id -> Text,
        material -> Binary,
        about -> Text,
        valid_from -> BigInt,
        valid_until -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
    }
}

table! {
    access_token (digest) {
        digest -> Text,
        client_id -> Text,
        credential_id -> Text,
        scope -> Text,
        certificate -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    client_nonce (client_id, nonce) {
        client_id -> Text,
        nonce -> Text,
        expires_at -> BigInt,
    }
}

table! {
    ingest_batch (id) {
        id -> Text,
        organization_id -> Text,
        license_type -> Text,
        format -> Nullable<Text>,
        file_name -> Text,
        file -> Text,
        bytes -> BigInt,
        declared -> Nullable<Integer>,
        seal -> Nullable<Text>,
        form -> Nullable<Text>,
        level -> Nullable<Text>,
        state -> Text,
        trouble -> Nullable<Text>,
        problems -> Text,
        requested_by -> Text,
        created_at -> BigInt,
        started_at -> Nullable<BigInt>,
        started_with -> Integer,
        ended_at -> Nullable<BigInt>,
        version -> Integer,
        due_at -> BigInt,
        file_gone_at -> Nullable<BigInt>,
    }
}

table! {
    ingest_row (batch_id, number) {
        batch_id -> Text,
        number -> Integer,
        state -> Text,
        content -> Nullable<Text>,
        document -> Nullable<Text>,
        problems -> Text,
        license_id -> Nullable<Text>,
    }
}

table! {
    issuance_count (organization_id, license_type, day) {
        organization_id -> Text,
        license_type -> Text,
        day -> Text,
        declared -> Integer,
        declared_by -> Text,
        declared_at -> BigInt,
    }
}

table! {
    service_item (code) {
        code -> Text,
        version -> Integer,
        mapped_version -> Integer,
        department -> Text,
        name -> Text,
        found_by -> Text,
    }
}

table! {
    license_holder (holder, license_id) {
        holder -> Text,
        license_id -> Text,
    }
}

table! {
    service_item_version (code, version) {
        code -> Text,
        version -> Integer,
        document -> Text,
        digest -> Text,
        published_at -> BigInt,
        published_by -> Text,
    }
}

table! {
    trail_place (follower) {
        follower -> Text,
        sequence -> BigInt,
    }
}

table! {
    exemption_decision (id) {
        id -> Text,
        organization_id -> Text,
        actor -> Text,
        case_no -> Text,
        items -> Text,
        applicant -> Text,
        valid_until -> Text,
        answer -> Text,
        created_at -> BigInt,
        asked -> Integer,
        waived -> Integer,
        filled -> Integer,
    }
}

table! {
    reliance (id) {
        id -> Text,
        decision_id -> Text,
        license_id -> Text,
        license_version -> Integer,
        organization_id -> Text,
        case_no -> Text,
        valid_until -> Text,
        created_at -> BigInt,
        version -> Integer,
        state -> Nullable<Text>,
        changed_at -> Nullable<BigInt>,
    }
}

table! {
    target_day (day, target) {
        day -> Text,
        target -> Text,
        part -> Nullable<BigInt>,
        whole -> Nullable<BigInt>,
    }
}

table! {
    marked_copy (id) {
        id -> Text,
        decision_id -> Text,
        license_id -> Text,
        organization_id -> Text,
        actor -> Text,
        case_no -> Text,
        original_sm3 -> Text,
        sm3 -> Text,
        sha256 -> Text,
        bytes -> BigInt,
        valid_until -> Text,
        created_at -> BigInt,
    }
}

table! {
    proof_bundle (decision_id) {
        decision_id -> Text,
        organization_id -> Text,
        actor -> Text,
        sm3 -> Text,
        sha256 -> Text,
        bytes -> BigInt,
        created_at -> BigInt,
    }
}

table! {
    assistance_request (id) {
        id -> Text,
        decision_id -> Text,
        asking_id -> Text,
        actor -> Text,
        asked_id -> Text,
        item -> Text,
        material -> Text,
        material_name -> Text,
        question -> Text,
        case_no -> Text,
        applicant -> Text,
        applicant_kind -> Text,
        applicant_shown -> Text,
        applicant_name -> Nullable<Text>,
        applicant_code -> Nullable<Text>,
        due -> Text,
        created_at -> BigInt,
        state -> Text,
        outcome -> Nullable<Text>,
        statement -> Nullable<Text>,
        document -> Nullable<Text>,
        holds_until -> Nullable<Text>,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

table! {
    signing_request (id) {
        id -> Text,
        organization_id -> Text,
        actor -> Text,
        case_no -> Text,
        item -> Nullable<Text>,
        signer_shown -> Text,
        fingerprint -> Text,
        algorithm -> Text,
        sm3 -> Text,
        sha256 -> Text,
        bytes -> BigInt,
        original_bytes -> BigInt,
        gap_start -> BigInt,
        gap_end -> BigInt,
        certificates -> Nullable<Text>,
        message -> Text,
        token -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        state -> Text,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        result_sm3 -> Nullable<Text>,
        result_sha256 -> Nullable<Text>,
        result_bytes -> Nullable<BigInt>,
        order_id -> Nullable<Text>,
        sealed_sm3 -> Nullable<Text>,
        sealed_sha256 -> Nullable<Text>,
        sealed_bytes -> Nullable<BigInt>,
        sealed_at -> Nullable<BigInt>,
        file_gone_at -> Nullable<BigInt>,
    }
}

table! {
    notice (license_id) {
        license_id -> Text,
        issuer_id -> Text,
        kind -> Text,
        case_no -> Text,
        item -> Nullable<Text>,
        decision_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

table! {
    library_material (id) {
        id -> Text,
        holder -> Text,
        name -> Text,
        source -> Text,
        handed_by -> Text,
        handed_for -> Nullable<Text>,
        handed_operator -> Text,
        handed_case -> Text,
        media_type -> Text,
        pages -> Integer,
        sm3 -> Text,
        sha256 -> Text,
        bytes -> BigInt,
        original_sm3 -> Text,
        original_sha256 -> Text,
        original_bytes -> BigInt,
        last_day -> Nullable<Text>,
        created_at -> BigInt,
        checked_by -> Nullable<Text>,
        checked_for -> Nullable<Text>,
        checked_operator -> Nullable<Text>,
        checked_window -> Nullable<Text>,
        checked_case -> Nullable<Text>,
        checked_at -> Nullable<BigInt>,
        erased_by -> Nullable<Text>,
        erased_for -> Nullable<Text>,
        erased_at -> Nullable<BigInt>,
    }
}

table! {
    library_use (material_id, organization_id, case_no, item) {
        material_id -> Text,
        organization_id -> Text,
        case_no -> Text,
        item -> Text,
        decision_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

table! {
    undertaking (id) {
        id -> Text,
        organization_id -> Text,
        actor -> Text,
        kind -> Text,
        case_no -> Text,
        decision_id -> Text,
        item -> Text,
        material -> Text,
        material_name -> Text,
        party -> Text,
        due -> Text,
        sm3 -> Text,
        sha256 -> Text,
        bytes -> BigInt,
        created_at -> BigInt,
        signing_id -> Nullable<Text>,
        state -> Text,
        reason -> Nullable<Text>,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

table! {
    undertaking_reminder (undertaking_id, days) {
        undertaking_id -> Text,
        days -> Integer,
        at -> BigInt,
    }
}

joinable!(seal_proposal -> seal (seal_id));
joinable!(log_leaf -> status_entry (change));
joinable!(expiry_notice -> license (license_id));
joinable!(license_part -> license (license_id));
joinable!(notice -> license (license_id));
allow_tables_to_appear_in_same_query!(license, organization, rendition);
allow_tables_to_appear_in_same_query!(license, license_holder);
allow_tables_to_appear_in_same_query!(license_holder, organization);
allow_tables_to_appear_in_same_query!(license_holder, rendition);
allow_tables_to_appear_in_same_query!(license, quality_check);
allow_tables_to_appear_in_same_query!(license, expiry_notice);
allow_tables_to_appear_in_same_query!(license, license_part);
allow_tables_to_appear_in_same_query!(license, notice);
allow_tables_to_appear_in_same_query!(seal, seal_proposal);
allow_tables_to_appear_in_same_query!(license, sealing_request);
allow_tables_to_appear_in_same_query!(access_log, access_license);
allow_tables_to_appear_in_same_query!(key_use, sealing_order);
allow_tables_to_appear_in_same_query!(log_leaf, status_entry, license);
allow_tables_to_appear_in_same_query!(webhook_endpoint, webhook_event, webhook_delivery);
allow_tables_to_appear_in_same_query!(undertaking, undertaking_reminder);
