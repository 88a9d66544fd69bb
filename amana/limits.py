"""Every bound in one place. Whoever needs another one passes another `Limits`."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIMITS", "Limits"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds on what a stranger may hand in. Sizes in bytes unless the name says otherwise."""

    json_bytes: int = 256 * 1024
    json_depth: int = 32
    json_values: int = 256 * 1024  # in one text, as its commas, brackets and quotation marks tell
    integer: int = 2**53 - 1  # RFC 8785, section 3.2.2.3: beyond it numbers lose their value
    qr_text_chars: int = 4_296  # version 40-L, alphanumeric (ISO/IEC 18004, table 7)
    qr_document_bytes: int = 64 * 1024  # what one scanned code may inflate to
    picture_bytes: int = 16 * 1024 * 1024
    picture_pixels: int = 40_000_000
    picture_side: int = 32_768  # pixels; readers refuse or crawl on long strips
    picture_pixels_slow: int = 16_000_000  # for zbar, which takes several looks at a picture
    credentials_in_presentation: int = 4
    proofs: int = 4
    types: int = 16
    contexts: int = 16
    context_terms: int = 2_048  # definitions that the contexts of one document make in all
    linked_values: int = 2_048  # members and items of one document, and uses of scoped contexts
    rdf_quads: int = 4_096  # statements of one document
    rdf_blank_nodes: int = 256
    rdf_steps: int = 5_000  # to tell alike blank nodes apart, which may take exponential time
    rdf_depth: int = 48  # of such nodes behind one another
    jws_chars: int = 512 * 1024  # compact form: 256 KiB of JSON in base64url, and its header
    sd_jwt_chars: int = 1024 * 1024  # the signed part, all disclosures and the key binding
    sd_jwt_disclosures: int = 512
    sd_jwt_containers: int = 16_384  # objects and arrays to be searched for digests
    key_binding_seconds: int = 300  # by which a holder's clock may be off from the verifier's
    type_metadata_documents: int = 8  # that extend one another
    type_metadata_claims: int = 128
    jwt_leeway_seconds: int = 60  # between two honest clocks (RFC 7519, section 4.1.4)
    cbor_depth: int = 8
    cbor_items: int = 1_024  # keys, values and containers of one token
    did_chars: int = 512
    did_methods: int = 64  # verification methods of one DID document
    did_log_bytes: int = 512 * 1024  # all of it is hashed twice and verified
    did_log_entries: int = 512
    did_log_keys: int = 64  # in any one list of a DID log's parameters
    url_chars: int = 2_048
    status_list_bits_min: int = 131_072  # Bitstring Status List v1.0, section 2.1 (herd privacy)
    status_list_bits_max: int = 10_000_000
    status_size: int = 16  # bits of one status; each of its values has a message in the credential
    status_list_json_bytes: int = 4 * 1024 * 1024  # nearly all of them one long text
    status_list_json_values: int = 4_096
    key_file_bytes: int = 16 * 1024
    argon2_memory_max: int = 1024 * 1024 * 1024
    argon2_passes_max: int = 16
    registry_file_bytes: int = 16 * 1024 * 1024
    registry_root_bytes: int = 512 * 1024
    registry_roots: int = 1_024  # that follow one another
    bundle_bytes: int = 1024 * 1024 * 1024
    bundle_members: int = 32_768
    bundle_member_bytes: int = 32 * 1024 * 1024  # once inflated: one list of issued ones and more
    bundle_inflated_bytes: int = 3 * 1024 * 1024 * 1024  # all of them
    delta_bytes: int = 64 * 1024 * 1024  # once inflated
    delta_files: int = 8_192
    entry_names: int = 64
    entry_keys: int = 64
    entry_actions: int = 256
    entry_history: int = 1_024
    entry_jurisdictions: int = 512
    issued_digests: int = 700_000  # credentials of one key; who issues more takes a new key
    issued_list_bytes: int = 16 * 1024 * 1024  # so many, in base64url, and what surrounds them
    stolen_stations: int = 100_000
    stolen_list_bytes: int = 8 * 1024 * 1024
    entry_text_chars: int = 1_000
    registrar_entries: int = 100_000  # that one regional registrar may ever be allowed
    registrar_members: int = 64
    ceremony_bytes: int = 128 * 1024 * 1024  # every bin signed anew, at 100,000 entries: 25 MB
    trqp_bytes: int = 32 * 1024  # a question, or an answer: all that the next three let through
    trqp_text_chars: int = 512  # an identifier
    trqp_conditions: int = 8  # members of a context
    trqp_condition_chars: int = 128  # of the name, and of the value
    vetting_text_chars: int = 8_000  # one answer: two printed pages
    vetting_evidence: int = 16  # documents that back one answer
    vetting_files: int = 64  # reviews, or votes, of one matter
    vetting_findings: int = 64
    figures_months: int = 120
    log_note_bytes: int = 128 * 1024  # a checkpoint with the signatures of all its witnesses
    log_signatures: int = 16  # C2SP signed-note: at least so many are to be accepted
    log_name_chars: int = 512
    log_leaf_bytes: int = 1024
    log_heads: int = 16  # that a client remembers while nothing shows that they are of one history
    log_leaves: int = 1_000_000  # that one look at a whole log goes through
    registration_file_bytes: int = 128 * 1024 * 1024
    workbook_entries: int = 256  # files inside the zip
    workbook_inflated_bytes: int = 768 * 1024 * 1024  # 100,000 rows of the template are 250 MB
    workbook_small_part_bytes: int = 4 * 1024 * 1024  # workbook.xml and its like
    workbook_ratio: int = 250  # inflated to deflated, for what is above a small part
    workbook_rows: int = 250_000
    workbook_columns: int = 256
    workbook_cells: int = 20_000_000  # of the box around all cells: libraries fill it densely
    row_errors: int = 10_000
    csv_field_chars: int = 64 * 1024
    wallet_state_bytes: int = 8 * 1024 * 1024  # one profile, before it is compressed
    wallet_keys: int = 10_000  # given out by one profile in its life
    wallet_file_bytes: int = 16 * 1024 * 1024  # a file of credentials to receive


LIMITS = Limits()
