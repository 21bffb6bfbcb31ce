//! The JSON interface: for each resource its requests and handlers.

pub(crate) mod license_types;
pub(crate) mod licenses;
pub(crate) mod log;
pub(crate) mod operations;
pub(crate) mod seals;
pub(crate) mod time_stamps;
pub(crate) mod verifications;

use crate::problem::Problem;
use serde::de::DeserializeOwned;

/// The parameters of a query; a parameter that the type does not have is refused by name.
pub(crate) fn query<T: DeserializeOwned>(request: &actix_web::HttpRequest) -> Result<T, Problem> {
    let read = actix_web::web::Query::<T>::from_query(request.query_string());
    read.map(actix_web::web::Query::into_inner).map_err(|error| {
        let words = error.to_string();
        let unknown =
            words.find("unknown field `").map(|at| words[at..].replace("field", "parameter"));
        match unknown {
            Some(words) => Problem::new("unsupported_parameter").detail(words),
            None => Problem::malformed("the query cannot be read"),
        }
    })
}

/// An endpoint that has no parameters.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoParameters {}

/// What a list answers with.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct List<T> {
    /// The items, in a stable order.
    pub items: Vec<T>,
    /// Where the next page begins; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
