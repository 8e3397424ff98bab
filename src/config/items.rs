//! What is known of a service's items before it is asked. Kaonavi's layouts tell what a tenant has; OfficeStation's items are fixed.

pub mod mediment;
pub mod officestation;
