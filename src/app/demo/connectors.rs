//! The offices that are asked about applicants, played by a list of invented people.

use super::{unwritable, write};
use crate::clockwork::random;
use crate::connector_list::{ConnectorList, ReferenceConnector};
use crate::{AppError, ConnectorSettings};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

const FILE: &str = "connector.authorization";

/// The connector of the demo, and the settings to ask it at this address; a new key each time.
///
/// # Errors
/// The key cannot be written into the folder of the demo.
pub fn connectors(
    data: &Path,
    url: &str,
) -> Result<(ReferenceConnector, Vec<ConnectorSettings>), AppError> {
    let list = ConnectorList::read(include_bytes!("connectors.csv"));
    let list = list.map_err(|problem| {
        AppError::internal("reading the connectors of the demo".to_owned(), problem)
    })?;
    let key = Zeroizing::new(format!("Bearer {}", URL_SAFE_NO_PAD.encode(random::<24>()?)));
    let folder = data.join("demo");
    std::fs::create_dir_all(&folder).map_err(|cause| unwritable(&folder, cause))?;
    let file = folder.join(FILE);
    write(&file, key.as_bytes())?;
    let settings = |id: &str| ConnectorSettings {
        id: id.to_owned(),
        url: url.to_owned(),
        authorization: file.clone(),
        patience: Duration::from_secs(2),
        allow: vec!["127.0.0.0/8".to_owned()],
        ca_file: None,
    };
    let settings = list.connectors().map(settings).collect();
    Ok((ReferenceConnector::new(list, key), settings))
}
